// SPDX-License-Identifier: MIT
// The programme of a day: what is to air, by the plan, and what became of it, by the log; its month, and who is heard how often.
"use strict";
{
let day = "";              // the one that is shown, "2024-06-01"
let month = [], log = [];  // of its month: what loaphuong plan has, and the rows of the log
let monthOf = "", logUntil = "";
const titles = new Map();  // of clips, and of broadcasts as CAMPAIGN/BROADCAST
let picture = null;        // what the timeline shows: {date, windows, rows}, to draw it anew in another width or minute
let drawn = new Map();     // of the list: what is shown of a row -> its element, so that what is open stays open
let chosen = 0;            // the mark of the timeline that the keyboard is on
let known = "";            // what the status said when the day was loaded
const shift = (from, days) => new Date(Date.parse(from + "T00:00:00Z") + days * 86400000).toISOString().slice(0, 10);
const daysIn = name => new Date(Date.UTC(+name.slice(0, 4), +name.slice(5, 7), 0)).getUTCDate();
// What the card took, of what sounded: the clock may have been set meanwhile. Of what is planned: until its end.
const sounded = one => (one.proof || []).reduce((sum, part) => sum + (part.rate ? part.frames / part.rate : 0), 0);
const length = one => !one.start || !one.end ? 0 : one.past ? sounded(one) : (Date.parse(one.end) - Date.parse(one.start)) / 1000;
const reason = code => code ? ": " + (has("reason." + code) ? t("reason." + code) : code) : "";
const heardAt = one => one.past && one.start ? one.start : one.at;
const key = one => one.campaign + "/" + one.broadcast + one.at;
const isUnsure = status => status.clock.state === "untrusted";
const isLost = one => ["refused", "missed", "failed"].includes(one.outcome);

// ---- what there is --------------------------------------------------------------------------------------------

// Rows of the log from a day until before another, page by page; null: the box could not say.
async function logOf(from, until) {
	const rows = [];
	const offset = box.status.now.slice(19);
	const pretended = box.status.clock.state === "pretended";
	for (let after = 0; ;) {
		const page = await ask("GET", "/api/v1/log?from=" + encodeURIComponent(from + "T00:00:00" + offset) + "&until=" +
			encodeURIComponent(until + "T00:00:00" + offset) + "&pretended=" + pretended +
			(after ? "&after_row=" + after : ""), undefined, true);
		if (!page || !page.ok)
			return null;
		rows.push(...page.rows);
		if (!page.more || page.rows.length === 0)
			return rows;
		after = page.rows[page.rows.length - 1].row;
	}
}
async function loadMonth() {
	const name = day.slice(0, 7), first = name + "-01", end = shift(first, daysIn(name));
	if (name !== monthOf) {
		const answer = await ask("GET", "/api/v1/plan?from=" + first + "&until=" + name + "-" + daysIn(name));
		const clips = await allClips("&all=true"), written = await ask("GET", "/api/v1/campaigns", undefined, true);
		if (!answer)
			return false;
		for (const file of written && written.ok ? written.files : [])
			for (const campaign of file.campaigns || []) {
				campaign.clips.forEach(one => titles.set(one.name, callClip(one.name, "", one.values)));
				campaign.broadcasts.forEach(one => titles.set(campaign.name + "/" + one.name, one.values.title || one.name));
			}
		(clips || []).forEach(clip => clip.title && titles.set(clip.name, clip.title));
		month = answer.plan;
		monthOf = name;
		logUntil = "";
	}
	if (first <= dayOf(box.status.now) && logUntil !== box.status.now) {
		const rows = await logOf(first, end);
		log = rows || [];
		logUntil = box.status.now;
		return rows !== null;
	}
	if (first > dayOf(box.status.now))
		log = [];
	return true;
}
// A row is in the log some seconds before it begins: on air is what the station says.
function logged(one) {
	const air = box.status.on_air;
	if (one.outcome !== "open")
		return Object.assign({past: true}, one);
	return Object.assign({past: true}, one, air && air.row === one.row ? {start: one.start || air.started} : {waits: true});
}
// Of a day: what the log has is past; of the plan that which the log does not have yet.
function ofDay(date) {
	const past = log.filter(one => dayOf(one.at) === date).map(logged), done = new Set(past.map(key));
	const left = month.filter(one => dayOf(one.at) === date && !done.has(key(one)));
	const rest = left.filter(one => Date.parse(one.at) >= boxNow() - 1000);
	// Due, and not in the log: held, or it waits for its turn. Else it was never the station's: installed later, or off.
	const due = date === dayOf(box.status.now) ? left.filter(one => !rest.includes(one) && !isLost(one)) : [], n = isUnsure(box.status) ? due.length :
		Math.max(0, box.status.waiting - past.filter(one => one.waits).length);
	const waits = due.slice(due.length - Math.min(n, due.length)).map(one => Object.assign({waits: true}, one, {start: null, end: null}));
	return past.concat(waits, rest).sort((a, b) => Date.parse(heardAt(a)) - Date.parse(heardAt(b)));
}

// ---- the day --------------------------------------------------------------------------------------------------

const nameOf = one => one.broadcast ? titles.get(one.campaign + "/" + one.broadcast) || one.broadcast : one.items.map(clipTitle).join(", ");
const clipTitle = name => titles.get(name) || name;
async function showWhy(button, out, at) {
	button.setAttribute("aria-busy", "true");   // and not disabled: that would take the keyboard away from it
	const answer = await ask("GET", "/api/v1/why?at=" + encodeURIComponent(dayOf(at) + " " + clockOf(at)));
	button.removeAttribute("aria-busy");
	if (!answer)
		return;
	button.setAttribute("aria-expanded", "true");
	fill(out, ...answer.lines.map(line => el("p", {class: /^ /.test(line) ? "in" : "", text: line.trim()})));
}
function rowOf(one) {
	const hand = one.trigger && one.trigger !== "schedule", why = el("div", {class: "why"});
	const words = (one.class === "emergency" ? t("class.emergency") + " · " : "") + outcomeText(one) + reason(one.reason) +
		(length(one) ? " · " + duration(length(one)) : "") + (hand ? " · " + t("day.byhand") + (one.who ? " (" + one.who + ")" : "") : "");
	const at = heardAt(one), name = nameOf(one);
	const button = el("button", {type: "button", text: t("day.why"), "aria-label": t("day.why") + " " + clockOf(at) + " " + name, "aria-expanded": "false",
		on: {click: event => why.childElementCount ? (fill(why), event.target.setAttribute("aria-expanded", "false")) : showWhy(event.target, why, one.at)}});
	return el("li", {}, el("div", {}, el("span", {class: "time", text: clockOf(at) + " "}), el("b", {text: name})),
		el("div", {class: isLost(one) || one.outcome === "partial" ? "fault" : "muted", text: sign(one) + " " + words}),
		one.broadcast && one.items.length ? el("div", {class: "muted", text: t("day.items", one.items.map(clipTitle).join(" → "))}) : null,
		el("div", {class: "row"}, button), why);
}
// The list. A row that has not changed stays as it is, with its answer and the keyboard in it.
function fillRows(rows) {
	const before = drawn, focus = document.activeElement;
	drawn = new Map();
	fill($("rows"), ...rows.map(one => {
		const all = JSON.stringify([one, nameOf(one), outcomeText(one)]);
		drawn.set(all, before.get(all) || rowOf(one));
		return drawn.get(all);
	}));
	if (focus && focus.isConnected && $("rows").contains(focus))
		focus.focus({preventScroll: true});
}
// How it ended, by shape and not by colour alone.
function sign(one) {
	if (isLost(one))
		return "✕";
	if (!one.past || one.waits)
		return "□";
	return one.outcome === "partial" ? "▄" : one.outcome === "open" ? "▶" : "■";
}
// By the wall clock of the box, as the texts have it: in the half of the year with another offset, too.
const hourOf = (instant, date) => (Date.parse(instant.slice(0, 19) + "Z") - Date.parse(date + "T00:00:00Z")) / 3600000;
const wallNow = () => new Date(boxNow() + offsetMs(box.status.now)).toISOString();
const hourText = (instant, date) => hourOf(instant, date) === 24 ? "24:00" : clockOf(instant);
const waitText = one => Date.parse(one.at) > boxNow() ? "plan.played" : one.aired && one.aired.length ? "day.cut" : isUnsure(box.status) ? "day.held" : "day.waits";
const outcomeText = one => one.waits ? t(waitText(one)) : t((one.past ? "outcome." : "plan.") + one.outcome);

// From a mark to its row in the list, which says why.
function open(i) {
	const row = $("rows").children[i], button = row && row.querySelector("button");
	if (!button)
		return;
	for (const other of $("rows").children)
		other.classList.toggle("picked", other === row);
	if (button.getAttribute("aria-expanded") === "false")
		button.click();
	row.scrollIntoView({block: "center"});
	button.focus({preventScroll: true});
}
// One stop of the keyboard for all of them; the arrows go from one to the next.
function choose(i) {
	const marks = $("timeline").querySelectorAll(".mark");
	chosen = Math.max(0, Math.min(i, marks.length - 1));
	marks.forEach((mark, at) => mark.setAttribute("tabindex", at === chosen ? "0" : "-1"));
	return marks[chosen];
}
function steer(event) {
	const step = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -Infinity, End: Infinity}[event.key];
	if (event.key === "Enter" || event.key === " ")
		open(chosen);
	else if (step)
		choose(chosen + step).focus();
	else
		return;
	event.preventDefault();
}
// A thumb is wider than a broadcast of a minute: the nearest one is meant.
function tap(event) {
	const marks = [...$("timeline").querySelectorAll(".mark")];
	const apart = marks.map(mark => {
		const place = mark.getBoundingClientRect();
		return Math.max(place.left - event.clientX, event.clientX - place.right, 0);
	});
	const nearest = apart.indexOf(Math.min(...apart));
	if (nearest >= 0 && apart[nearest] < 24) {
		choose(nearest);
		open(nearest);
	}
}
// A broadcast of a minute would be too thin to see: never less than a hair. Half as high: in part. A cross: not at all.
function mark(one, date, x) {
	const begin = heardAt(one), end = one.end || (one.outcome === "open" && !one.waits ? wallNow() : null);
	const from = x(hourOf(begin, date)), width = one.start && end ? x(hourOf(end, date)) - from : 0;
	const name = clockOf(begin) + " " + nameOf(one) + ": " + outcomeText(one) + (length(one) ? " · " + duration(length(one)) : "");
	const group = svg("g", {class: "mark " + (isLost(one) ? "lost" : one.past && !one.waits ? one.outcome : "planned"), role: "button", tabindex: "-1", "aria-label": name},
		svg("title", {}, name));
	if (isLost(one))
		group.append(svg("path", {d: "M" + (from - 5) + " 20l10 14m-10 0l10-14"}));
	else
		group.append(svg("rect", one.outcome === "partial" ? {x: from, y: 27, width: Math.max(width, 4), height: 9} :
			{x: from, y: 18, width: Math.max(width, 3), height: 18}));
	return group;
}
function drawTimeline() {
	const {date, windows, rows} = picture, focused = $("timeline").contains(document.activeElement);
	const hours = windows.flatMap(one => [hourOf(one.from, date), hourOf(one.until, date)]).concat(rows.map(one => hourOf(heardAt(one), date)));
	const first = Math.max(0, Math.floor(Math.min(...hours, 24) - 0.5)), last = Math.min(24, Math.ceil(Math.max(...hours, 0) + 0.5));
	if (first >= last) {
		fill($("timeline"));
		return;
	}
	const wide = $("timeline").clientWidth > 500, size = wide ? 1000 : 360, x = hour => 8 + (hour - first) / (last - first) * (size - 16);
	const drawing = svg("svg", {viewBox: "0 0 " + size + " 60", role: "group", "aria-label": t("day.timeline", rows.length,
		windows.map(one => clockOf(one.from) + "–" + hourText(one.until, date)).join(", "))});
	for (const one of windows)
		drawing.append(svg("rect", {class: "window", x: x(hourOf(one.from, date)), y: 12, width: x(hourOf(one.until, date)) - x(hourOf(one.from, date)), height: 30}));
	for (let hour = first; hour <= last; hour++) {
		drawing.append(svg("path", {class: "tick", d: "M" + x(hour) + " 42v5"}));
		if ((hour - first) % (wide ? 1 : 3) === 0)
			drawing.append(svg("text", {x: x(hour), y: 58, "text-anchor": "middle", "aria-hidden": "true"}, String(hour)));
	}
	drawing.append(...rows.map(one => mark(one, date, x)));
	if (date === dayOf(wallNow()))
		drawing.append(svg("path", {class: "now", d: "M" + x(hourOf(wallNow(), date)) + " 6v40"}));
	drawing.addEventListener("click", tap);
	drawing.addEventListener("keydown", steer);
	fill($("timeline"), drawing, el("p", {class: "muted", text: t("day.legend")}));
	const at = choose(chosen);
	if (focused && at)
		at.focus();
}

// ---- the month ------------------------------------------------------------------------------------------------

function drawMonth() {
	const name = day.slice(0, 7), first = (new Date(name + "-01T00:00:00Z").getUTCDay() + 6) % 7;
	const cells = t("day.weekdays").split(" ").map(text => el("span", {text, class: "muted"}));
	for (let i = 0; i < first; i++)
		cells.push(el("span", {}));
	for (let i = 1; i <= daysIn(name); i++) {
		const date = name + "-" + String(i).padStart(2, "0"), seconds = ofDay(date).reduce((sum, one) => sum + length(one), 0);
		const minutes = t("day.minutes", Math.ceil(seconds / 60));
		cells.push(el("button", {type: "button", "aria-pressed": String(date === day), on: {click: () => go(date)}},
			el("b", {text: i}), seconds ? el("small", {text: minutes}) : null, el("span", {class: "unseen", text: " " + dateText(date)})));
	}
	fill($("month"), el("h2", {text: t("day.month", name.slice(5) + "/" + name.slice(0, 4))}), el("div", {class: "days"}, ...cells));
}
// How often each recording was heard in the month, and how often it is still to be.
function drawPlays() {
	const heard = new Map(), name = day.slice(0, 7);
	const count = (names, at) => names.forEach(clip => {
		const pair = heard.get(clip) || [0, 0];
		pair[at]++;
		heard.set(clip, pair);
	});
	log.forEach(one => count(one.aired || [], 0));
	for (let i = 1; i <= daysIn(name); i++)
		ofDay(name + "-" + String(i).padStart(2, "0")).forEach(one => !one.past && !isLost(one) && count(one.items, 1));
	const most = Math.max(1, ...[...heard.values()].map(([a, b]) => a + b));
	const bar = (kind, n) => {
		const element = el("span", {class: kind});
		element.style.width = 100 * n / most + "%";
		return element;
	};
	const lines = [...heard].sort((a, b) => b[1][0] + b[1][1] - a[1][0] - a[1][1] || (a[0] < b[0] ? -1 : 1)).map(([clip, [past, rest]]) =>
		el("tr", {}, el("th", {scope: "row"}, clipTitle(clip), el("div", {class: "bar", "aria-hidden": "true"}, bar("heard", past), bar("rest", rest))),
			el("td", {class: "time", text: past}), el("td", {class: "time", text: rest})));
	fill($("plays"), ...(lines.length ? [el("h2", {text: t("day.plays", name.slice(5) + "/" + name.slice(0, 4))}),
		el("table", {class: "plays"}, el("thead", {}, el("tr", {}, el("th", {scope: "col", text: t("day.clip")}), el("th", {scope: "col", text: t("day.heard")}), el("th", {scope: "col", text: t("day.rest")}))),
			el("tbody", {}, ...lines))] : []));
}

// What the programme and the log of the day hang on. A row that was on air until now is closed a moment later: it is looked
// at again every few seconds, but not for ever, as one that a crash left open stays so.
function signOf(status) {
	const now = Date.parse(status.now), waits = !status.on_air && log.some(one => one.outcome === "open" && Math.abs(now - Date.parse(one.at)) < 900000);
	return JSON.stringify([status.on_air && status.on_air.row, status.next && status.next.at, status.paused_until,
		dayOf(status.now), status.waiting, isUnsure(status), waits ? Math.floor(now / 3000) : ""]);
}
async function load() {
	const date = day;
	known = signOf(box.status);
	const good = await loadMonth();
	const hours = picture && picture.date === date && picture.windows.length ? {ok: true, windows: picture.windows} :
		await ask("GET", "/api/v1/airtime?from=" + date + "&until=" + date, undefined, true);
	if (!$("rows") || date !== day || !box.status)
		return;
	const rows = ofDay(date), total = rows.reduce((sum, one) => sum + length(one), 0);
	fillRows(rows);
	fill($("unsure"), isUnsure(box.status) ? el("p", {class: "fault"}, el("b", {text: t("held")}), " " + t("held.why")) : null);
	$("total").textContent = rows.length ? t("day.total", rows.length, duration(total)) : good ? t("day.none") : "";
	picture = {date, windows: hours && hours.ok ? hours.windows : [], rows};
	drawTimeline();
	drawMonth();
	drawPlays();
}
function go(date) {
	if (!/^\d{4}-\d\d-\d\d$/.test(date))
		return;
	day = date;
	chosen = 0;
	picture = null;
	drawn.clear();
	$("pick").value = day;
	$("total").textContent = t("loading");
	load();
}
const redraw = () => $("timeline") && picture && box.status && drawTimeline();
window.addEventListener("resize", redraw);
setInterval(redraw, 30000);   // the line of the present goes on
views.day = {
	draw(main) {
		monthOf = "";
		picture = null;
		drawn.clear();
		fill(main, el("h1", {text: t("day")}),
			el("div", {class: "row three"},
				el("button", {type: "button", id: "day-before", text: t("day.prev"), on: {click: () => go(shift(day, -1))}}),
				el("button", {type: "button", id: "day-today", text: t("day.today"), on: {click: () => go(dayOf(box.status.now))}}),
				el("button", {type: "button", id: "day-after", text: t("day.next"), on: {click: () => go(shift(day, 1))}})),
			el("div", {id: "unsure", role: "status"}), el("div", {id: "timeline"}),
			el("div", {class: "columns"},
				el("section", {}, ...field("pick", t("day.pick"), {type: "date", on: {change: event => go(event.target.value)}}),
					el("p", {id: "total", role: "status", text: t("loading")}), el("ul", {id: "rows", class: "list"})),
				el("div", {}, el("section", {id: "month"}), el("section", {id: "plays"}))));
		views.day.begun = false;
	},
	live(status) {
		if (!views.day.begun) {
			views.day.begun = true;
			go(day || dayOf(status.now));
		} else if (known && known !== signOf(status)) {
			const other = status.next && status.next.at.slice(0, 7) === monthOf && !month.some(one => key(one) === key(status.next));
			if (other || status.paused_until !== JSON.parse(known)[2])
				monthOf = "";      // the programme is another one
			load();
		}
	}
};
}
