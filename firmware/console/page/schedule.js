// SPDX-License-Identifier: MIT
// The campaigns: what is written in them, changed in a form, rehearsed before it is saved, and undone.
"use strict";
{
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const ONCE = {file: "phat-them.conf", campaign: "phat-them"};   // where a broadcast of one day goes
let files = [], clips = [];
let form = null;           // what is being edited: {file, change: {campaign, kind, name}, old: {values}, read()}
let saved = null;          // the save that can be undone with one tap: its reason

const list = value => value === undefined || value === null ? [] : [].concat(value);
const commas = text => text.split(/[\s,;]+/).filter(word => word);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// "mon-fri" as its days; null where that is not understood.
function daysOf(values) {
	const found = new Set();
	for (const one of values) {
		const [first, last] = one.split("-").map(name => DAYS.indexOf(name));
		if (first < 0 || last < 0)
			return null;
		for (let i = first; ; i = (i + 1) % 7) {
			found.add(DAYS[i]);
			if (last === undefined || i === last)
				break;
		}
	}
	return DAYS.filter(name => found.has(name));
}
const dayName = name => t("day.weekdays").split(" ")[DAYS.indexOf(name)];
// A date as people say it: "01/06" of every year, "01/06/2024".
const said = date => /^\d{4}-\d\d-\d\d$/.test(date) ? dateText(date) : date.replace(/^(\d\d)-(\d\d)$/, "$2/$1");
// And back: "1/6", "01/06/2024", or as the config has it.
function asDate(text) {
	const m = /^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?$/.exec(text);
	return m ? (m[3] ? m[3] + "-" : "") + m[2].padStart(2, "0") + "-" + m[1].padStart(2, "0") : text;
}
const titleOf = one => one.values.title || one.name;
function clipTitle(campaign, name) {
	const playlist = campaign.playlists.find(one => one.name === name);
	if (playlist)
		return t("schedule.playlist", name, playlist.values.take || 1);
	const clip = clips.find(one => one.name === name), declared = campaign.clips.find(one => one.name === name);
	return callClip(name, clip && clip.title, declared && declared.values);
}
function whenText(values) {
	const days = daysOf(list(values.days)), parts = [];
	if (values.every)
		parts.push(t("schedule.everyText", values.every, values.between || ""));
	parts.push(...list(values.at));
	let on = t("schedule.daily");
	if (list(values.dates).length)
		on = list(values.dates).map(said).join(", ");
	else if (days && days.length && days.length < 7)
		on = days.map(dayName).join(", ");
	else if (!days)
		on = list(values.days).join(", ");
	return parts.join(", ") + " · " + on + (list(values.except).length ? " · " + t("schedule.exceptText", list(values.except).map(said).join(", ")) : "");
}

// ---- what there is --------------------------------------------------------------------------------------------

function edit(file, campaign, kind, one) {
	form = {file, campaign, kind, one, isNew: !one};
	drawForm();
}
// What is told of a clip stands where it is declared; of one that no campaign knows, with the one-offs.
function editClip(name) {
	for (const file of files)
		for (const campaign of file.campaigns || []) {
			const one = campaign.clips.find(clip => clip.name === name);
			if (one && !file.editable)
				return say(t("schedule.fixed", file.file), true);
			if (one)
				return edit(file, campaign, "clip", one);
		}
	const clip = clips.find(one => one.name === name);
	const {file, campaign} = onceHome();
	form = {file: {file: ONCE.file, sha256: file ? file.sha256 : null}, campaign, kind: "clip", one: {name, values: {title: clip && clip.title || ""}}, isNew: false, made: !file};
	form.one.fresh = true;
	drawForm();
}
function onceHome() {
	const file = files.find(one => one.file === ONCE.file), there = file && file.campaigns && file.campaigns.find(one => one.name === ONCE.campaign);
	return {file, there, campaign: there || {name: ONCE.campaign, values: {title: t("schedule.onceCampaign")}, clips: [], playlists: [], broadcasts: []}};
}
const onceMade = () => ({campaign: ONCE.campaign, values: {title: t("schedule.onceCampaign"), from: "01-01", until: "12-31"}});
const editButton = (label, name, fn, kind) => el("button", {type: "button", class: kind || "", text: t(label), "aria-label": t(label) + ": " + name, on: {click: fn}});

function broadcastItem(file, campaign, one) {
	const values = one.values, off = values.enabled === "false" || values.enabled === "no";
	return el("li", {}, el("div", {class: "name", text: titleOf(one)}), el("div", {}, el("span", {class: "time", text: whenText(values)})),
		el("div", {class: "muted", text: list(values.play).map(name => clipTitle(campaign, name)).join(" → ")}),
		off ? el("div", {class: "fault", text: t("schedule.off")}) : null,
		file.editable && may("operator") ? el("div", {class: "row"}, editButton("schedule.edit", titleOf(one), () => edit(file, campaign, "broadcast", one))) : null);
}
function playlistItem(file, campaign, one) {
	const names = list(one.values.clips);
	return el("li", {}, el("div", {class: "name", text: one.name}),
		el("div", {class: "muted", text: t("schedule.order." + (one.values.order || "rotate"), one.values.take || 1, names.length)}),
		file.editable && may("operator") ? el("div", {class: "row"}, editButton("schedule.edit", one.name, () => edit(file, campaign, "playlist", one))) : null);
}
function campaignCard(file, campaign) {
	const values = campaign.values, can = file.editable && may("operator");
	return el("section", {class: "card"}, el("h2", {text: values.title || campaign.name}),
		el("p", {class: "muted", text: t("schedule.dates", said(values.from || ""), said(values.until || ""))}),
		file.editable ? null : el("p", {class: "effect", text: t("schedule.fixed", file.file)}),
		el("ul", {class: "list"}, ...campaign.broadcasts.map(one => broadcastItem(file, campaign, one))),
		can ? el("div", {class: "row"}, el("button", {type: "button", text: t("schedule.add"), "aria-label": t("schedule.add") + ": " + titleOf(campaign),
			on: {click: () => edit(file, campaign, "broadcast", null)}}),
		el("button", {type: "button", text: t("schedule.editCampaign"), "aria-label": t("schedule.editCampaign") + ": " + titleOf(campaign),
			on: {click: () => edit(file, campaign, null, campaign)}})) : null,
		campaign.playlists.length ? el("h3", {text: t("schedule.playlists")}) : null,
		el("ul", {class: "list"}, ...campaign.playlists.map(one => playlistItem(file, campaign, one))));
}
function historyItem(one) {
	return el("li", {}, el("div", {}, el("span", {class: "time", text: clockOf(one.at) + ", " + dateText(dayOf(one.at)) + " "}), el("b", {text: one.who})),
		el("div", {class: "muted", text: one.file + (one.why ? ": " + one.why : "")}),
		may("operator") ? el("div", {class: "row"}, el("button", {type: "button", text: t("schedule.undo"), "aria-label": t("schedule.undo") + ": " + one.number,
			on: {click: event => undo(event.target, one.number)}})) : null);
}
async function load() {
	const shown = await ask("GET", "/api/v1/campaigns"), past = await ask("GET", "/api/v1/campaign-history", undefined, true);
	const found = await allClips("&all=true");
	if (shown)
		files = shown.files;
	if (found)
		clips = found;
	if (!$("campaigns"))
		return;
	fill($("campaigns"), ...files.flatMap(file => file.campaigns ? file.campaigns.map(campaign => campaignCard(file, campaign)) :
		[el("p", {class: "fault", text: t("schedule.broken", file.file)})]));
	$("schedule-none").hidden = files.length > 0;
	$("schedule-none").textContent = shown ? t("schedule.none") : t("unreachable");
	if (views.schedule.wanted) {
		editClip(views.schedule.wanted);
		views.schedule.wanted = null;
		return;
	}
	const history = past && past.ok ? past.history : [];
	$("history-title").hidden = history.length === 0;
	fill($("history"), ...history.slice(0, 10).map(historyItem));
}
function drawList() {
	form = null;
	fill($("main"), el("h1", {text: t("schedule")}),
		saved === null ? null : el("div", {class: "verdict", id: "saved", role: "status"}, el("p", {}, el("b", {text: t("schedule.saved")})), el("p", {text: saved}),
			el("div", {class: "row"}, el("button", {type: "button", id: "undo", text: t("schedule.undo"), on: {click: event => undo(event.target)}}))),
		may("operator") ? el("div", {class: "row"}, el("button", {type: "button", class: "main", id: "once", text: t("schedule.once"), on: {click: drawOnce}})) :
			el("p", {class: "effect", text: t("viewer")}),
		el("p", {id: "schedule-none", text: t("loading")}), el("div", {id: "campaigns"}),
		el("h2", {id: "history-title", hidden: true, text: t("schedule.history")}), el("ul", {id: "history", class: "list"}));
	load();
}
async function undo(button, number) {
	button.disabled = true;
	let answer = await ask("POST", "/api/v1/campaign-undo", number ? {number} : {}, true);
	if (answer && answer.error === "changed" && await confirmed(t("schedule.undoAsk"), t("schedule.undoText"), t("schedule.undo")))
		answer = await ask("POST", "/api/v1/campaign-undo", number ? {number, anyway: true} : {anyway: true}, true);
	button.disabled = false;
	if (!answer || !answer.ok) {
		say(answer ? answer.message : t("unreachable"), true);
		return;
	}
	saved = null;
	say(t("schedule.undone"));
	drawList();
}

// ---- fields ---------------------------------------------------------------------------------------------------

// A list that can be put in order: what is in it, one row each, and a row to add.
function rows(id, values, make, add) {
	const box = el("div", {id, class: "rows"});
	const numbered = () => [...box.children].forEach((row, i) => row.querySelectorAll("[data-label]").forEach(e =>
		e.setAttribute("aria-label", t(e.dataset.label, i + 1))));
	const move = (row, by) => {
		const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
		if (other)
			box.insertBefore(by < 0 ? row : other, by < 0 ? other : row);
		numbered();
	};
	const put = value => {
		const row = el("div", {class: "row one"}, make(value));
		const button = (text, label, fn) => row.append(el("button", {type: "button", text, "data-label": label, on: {click: fn}}));
		if (add.ordered) {
			button("↑", "schedule.up", () => move(row, -1));
			button("↓", "schedule.down", () => move(row, 1));
		}
		button("✕", "schedule.remove", () => {
			row.remove();
			numbered();
		});
		box.append(row);
		numbered();
	};
	values.forEach(put);
	return [el("h3", {text: t(add.title)}), box, el("div", {class: "row"}, el("button", {type: "button", id: id + "-add", text: t(add.label), on: {click: () => put(add.first)}}))];
}
const valuesOf = id => [...$(id).querySelectorAll("input, select")].map(e => e.value).filter(value => value);
const timeRows = values => rows("at", values, value => /^\d\d:\d\d$/.test(value) || !value ?
	el("input", {type: "time", value, "data-label": "schedule.timeN"}) : el("input", {value, "data-label": "schedule.timeN"}),
	{title: "schedule.times", label: "schedule.addTime", first: ""});
function pickRows(id, values, campaign, withPlaylists, title) {
	const names = clips.map(one => one.name).concat(campaign.clips.map(one => one.name)), known = [...new Set(names)].sort();
	const option = (value, chosen) => el("option", {value, text: clipTitle(campaign, value), selected: value === chosen});
	return rows(id, values, chosen => el("select", {"data-label": "schedule.itemN"}, el("option", {value: "", text: t("play.choose")}),
		withPlaylists && campaign.playlists.length ? el("optgroup", {label: t("schedule.playlists")}, ...campaign.playlists.map(one => option(one.name, chosen))) : null,
		el("optgroup", {label: t("play.clips")}, ...known.map(name => option(name, chosen)),
			chosen && !known.includes(chosen) && !(withPlaylists && campaign.playlists.some(one => one.name === chosen)) ? option(chosen, chosen) : null)),
	{title, label: "schedule.addItem", first: "", ordered: true});
}
function dayBoxes(values) {
	const chosen = daysOf(values);
	if (!chosen)
		return field("days-text", t("schedule.days"), {value: values.join(", ")});
	return [el("fieldset", {class: "days-pick"}, el("legend", {text: t("schedule.days")}), ...DAYS.map(name =>
		el("label", {class: "tick"}, el("input", {type: "checkbox", id: "day-" + name, checked: chosen.length === 0 || chosen.includes(name)}), dayName(name))))];
}
function readDays(old) {
	if ($("days-text"))
		return commas($("days-text").value);
	const chosen = DAYS.filter(name => $("day-" + name).checked), before = daysOf(old) || [];
	if (chosen.length === 7)
		return before.length === 7 ? old : null;
	return same(chosen, before) ? old : chosen;
}
const dateField = (id, label, values) => field(id, t(label), {value: values.map(said).join(", "), autocomplete: "off", inputmode: "text"});
const readDates = id => commas($(id).value).map(asDate);
const choice = (id, label, value, options) => field(id, t(label), {options: true}, ...options.map(([code, text]) => el("option", {value: code, text: t(text), selected: code === value})));

// What differs from what is written; null takes a key away. An empty list is none.
function differing(values, old) {
	const changed = {};
	for (const [key, value] of Object.entries(values)) {
		const wanted = value === null || value === "" || (Array.isArray(value) && value.length === 0) ? null : value;
		const is = old[key] === undefined ? null : old[key];
		if (!same(wanted, is))
			changed[key] = wanted;
	}
	return changed;
}
// Shown as the standard where nothing is written: not to be written just because it is shown.
const unless = (value, standard, old) => value === standard && old === undefined ? null : value;

// ---- forms ----------------------------------------------------------------------------------------------------

function broadcastForm(campaign, values) {
	return [...field("title", t("schedule.title"), {value: values.title || "", maxlength: "200"}),
		...(values.every ? [...field("every", t("schedule.every"), {value: values.every}), ...field("between", t("schedule.between"), {value: values.between || ""})] : []),
		...timeRows(list(values.at)), ...dayBoxes(list(values.days)), ...dateField("dates", "schedule.onDates", list(values.dates)), ...dateField("except", "schedule.except", list(values.except)),
		...pickRows("play", list(values.play), campaign, true, "schedule.items"),
		el("label", {class: "tick"}, el("input", {type: "checkbox", id: "enabled", checked: values.enabled !== "false" && values.enabled !== "no"}), t("schedule.enabled")),
		el("details", {}, el("summary", {text: t("schedule.more")}),
			...field("repeat", t("schedule.repeat"), {value: values.repeat || "1", inputmode: "numeric"}), ...field("gap", t("schedule.gap"), {value: values.gap || "0s"}),
			...field("late", t("schedule.late"), {value: values.late || "5min"}), ...field("volume-of", t("schedule.volume"), {value: values.volume || "0"}),
			...choice("class", "schedule.class", values.class || "normal", [["normal", "schedule.normal"], ["priority", "schedule.priority"]]))];
}
function readBroadcast(old) {
	const values = {title: $("title").value.trim(), at: valuesOf("at"), days: readDays(list(old.days)), dates: readDates("dates"), except: readDates("except"), play: valuesOf("play"),
		enabled: unless(String($("enabled").checked), "true", old.enabled), repeat: unless($("repeat").value.trim(), "1", old.repeat), gap: unless($("gap").value.trim(), "0s", old.gap),
		late: unless($("late").value.trim(), "5min", old.late), volume: unless($("volume-of").value.trim(), "0", old.volume), class: unless($("class").value, "normal", old.class)};
	if ($("every"))
		Object.assign(values, {every: $("every").value.trim(), between: $("between").value.trim()});
	return values;
}
const playlistForm = (campaign, values) => [...choice("order", "schedule.order", values.order || "rotate",
	[["rotate", "schedule.rotate"], ["shuffle", "schedule.shuffle"], ["all", "schedule.all"]]),
	...field("take", t("schedule.take"), {value: values.take || "1", inputmode: "numeric"}), ...pickRows("clips", list(values.clips), campaign, false, "schedule.clips")];
const readPlaylist = old => ({order: unless($("order").value, "rotate", old.order), take: unless($("take").value.trim(), "1", old.take), clips: valuesOf("clips")});
const campaignForm = values => [...field("title", t("schedule.title"), {value: values.title || "", maxlength: "200"}),
	...field("from", t("schedule.from"), {value: said(values.from || "")}), ...field("until", t("schedule.until"), {value: said(values.until || "")})];
const clipForm = values => [...field("title", t("schedule.title"), {value: values.title || "", maxlength: "200"}), ...field("from", t("schedule.clipFrom"), {value: said(values.from || "")}),
	...field("until", t("schedule.clipUntil"), {value: said(values.until || "")}), el("label", {for: "text", text: t("schedule.text")}), el("textarea", {id: "text", rows: "5", value: values.text || ""})];
const readClip = () => Object.assign(readCampaign(), {text: $("text").value.trim()});
const readCampaign = () => ({title: $("title").value.trim(), from: asDate($("from").value.trim()), until: asDate($("until").value.trim())});

// A name for a new broadcast out of its title, as the config wants it; never one that is taken.
function newName(campaign, title) {
	const plain = title.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 50) || "buoi-phat";
	let name = plain;
	for (let i = 2; campaign.broadcasts.some(one => one.name === name); i++)
		name = plain + "-" + i;
	return name;
}
function changesOf(remove) {
	const {file, campaign, kind, one, isNew} = form, old = isNew ? {} : one.values;
	const change = {campaign: campaign.name};
	if (kind)
		Object.assign(change, {kind, name: isNew ? newName(campaign, $("title").value) : one.name});
	if (remove)
		change.remove = true;
	else
		change.values = differing(kind === "broadcast" ? readBroadcast(old) : kind === "playlist" ? readPlaylist(old) : kind === "clip" ? readClip() : readCampaign(), one && one.fresh ? {} : old);
	return {file: file.file, base: file.sha256, changes: form.made ? [onceMade(), change] : [change]};
}
function drawForm() {
	const {campaign, kind, one, isNew} = form, values = isNew ? {play: [""], at: [""]} : one.values;
	const name = isNew ? t("schedule.new") : titleOf(one);
	fill($("main"), el("form", {id: "edit", class: "narrow", on: {submit: event => {
		event.preventDefault();
		rehearse(changesOf(false), name);
	}}}, el("h1", {text: name}), el("p", {class: "muted", text: campaign.values.title || campaign.name}),
		...(kind === "broadcast" ? broadcastForm(campaign, values) : kind === "playlist" ? playlistForm(campaign, values) : kind === "clip" ? clipForm(values) : campaignForm(values)), ...formButtons(name, kind === "broadcast" && !isNew)),
	el("div", {id: "trial", role: "status"}));
	window.scrollTo(0, 0);
}
function formButtons(name, removable) {
	return [el("div", {class: "row"}, el("button", {class: "main", id: "try", text: t("schedule.try")}),
		el("button", {type: "button", id: "back", text: t("cancel"), on: {click: drawList}}),
		removable ? el("button", {type: "button", class: "danger", id: "take-away", text: t("schedule.delete"), on: {click: () => rehearse(changesOf(true), name)}}) : null)];
}
// "17:30 on 12 June, this clip": a broadcast of one day, in a campaign of its own.
function drawOnce() {
	const {file, there, campaign} = onceHome();
	form = {once: true};
	fill($("main"), el("form", {id: "edit", class: "narrow", on: {submit: event => {
		event.preventDefault();
		const date = $("date").value, time = $("time").value, title = $("title").value.trim() || t("schedule.onceTitle", dateText(date), time);
		const change = {campaign: ONCE.campaign, kind: "broadcast", name: newName(campaign, "mot-lan-" + date + "-" + time), values: {title, at: [time], dates: [date], play: valuesOf("play")}};
		rehearse({file: ONCE.file, base: file ? file.sha256 : null, changes: there ? [change] : [onceMade(), change]}, title);
	}}}, el("h1", {text: t("schedule.once")}), ...field("date", t("schedule.date"), {type: "date", required: true, min: dayOf(box.status.now)}),
		...field("time", t("schedule.time"), {type: "time", required: true}), ...field("title", t("schedule.titleMay"), {maxlength: "200"}),
		...pickRows("play", [""], campaign, false, "schedule.items"), ...formButtons("", false)), el("div", {id: "trial", role: "status"}));
	window.scrollTo(0, 0);
}

// ---- before it is saved ---------------------------------------------------------------------------------------

const side = row => row ? clockOf(row.at) + " " + t("plan." + row.outcome) + (row.reason ? " (" + (has("reason." + row.reason) ? t("reason." + row.reason) : row.reason) + ")" : "") : "";
function broadcastTitle(one) {
	for (const file of files)
		for (const campaign of file.campaigns || [])
			for (const broadcast of campaign.name === one.campaign ? campaign.broadcasts : [])
				if (broadcast.name === one.broadcast)
					return titleOf(broadcast);
	return one.broadcast;
}
// Of a change the half that differs: other items, or another result.
function halves(one) {
	if (one.change === "moved")
		return clockOf(one.before.at) + " → " + side(one.after);
	if (one.change === "changed" && !same(one.before.items, one.after.items))
		return clockOf(one.after.at) + ", " + t("schedule.otherItems", one.before.items.join(", "), one.after.items.join(", "));
	return [side(one.before), side(one.after)].filter(text => text).join(" → ");
}
const difference = one => el("li", {}, el("b", {text: t("schedule.diff." + one.change)}), " " + dateText(dayOf((one.before || one.after).at)) + " · " +
	broadcastTitle(one) + ": " + halves(one));
function effect(trial) {
	const n = trial.counts, minutes = s => Math.round(s / 60), bad = trial.faults.filter(fault => fault.new || fault.level === "error");
	return [el("p", {}, el("b", {text: t("schedule.counts", n.added, n.removed, n.moved, n.changed)})),
		el("p", {text: t("schedule.minutes", minutes(trial.seconds.before), minutes(trial.seconds.after))}),
		...bad.map(fault => el("div", {class: "fault", text: fault.text})),
		trial.lost_comments.length ? el("div", {class: "fault"}, t("schedule.lost"), ...trial.lost_comments.map(line => el("div", {text: line}))) : null,
		el("ul", {class: "list"}, ...trial.differences.slice(0, 8).map(difference)),
		n.added + n.removed + n.moved + n.changed > 8 ? el("p", {class: "muted", text: t("schedule.andMore", n.added + n.removed + n.moved + n.changed - 8)}) : null];
}
async function rehearse(request, name) {
	const out = $("trial");
	fill(out, el("p", {text: t("schedule.trying")}));
	$("try").disabled = true;
	const trial = await ask("POST", "/api/v1/campaign-try", request, true);
	if (!$("try"))
		return;
	$("try").disabled = false;
	if (!trial || !trial.ok) {
		fill(out, el("section", {class: "verdict bad"}, el("p", {}, el("b", {text: trial ? trial.message : t("unreachable")})),
			...(trial && trial.faults || []).filter(fault => fault.level === "error").map(fault => el("p", {text: fault.text}))));
	} else if (!trial.differs) {
		fill(out, el("p", {class: "effect", text: t("schedule.nothing")}));
	} else {
		fill(out, el("section", {class: "card", id: "effect-card"}, el("h2", {text: t("schedule.effect")}), ...effect(trial),
			...field("why", t("schedule.why"), {maxlength: "200", autocomplete: "off"}),
			el("div", {class: "row"}, el("button", {type: "button", class: "main", id: "save", text: t("schedule.save"), on: {click: event => save(event.target, request, name)}}))));
	}
	out.scrollIntoView({block: "start"});
}
async function save(button, request, name) {
	const why = [name, $("why").value.trim()].filter(text => text).join(": ").slice(0, 140);
	button.disabled = true;
	const answer = await ask("POST", "/api/v1/campaign-save", Object.assign({why}, request), true);
	button.disabled = false;
	if (!answer || !answer.ok) {
		say(answer ? answer.message : t("unreachable"), true);
		return;
	}
	saved = why;
	drawList();
	window.scrollTo(0, 0);
}
views.schedule = {
	draw() {
		drawList();
	}
};
}
