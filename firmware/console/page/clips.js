// SPDX-License-Identifier: MIT
// Recordings: send one to the box, hear what it says of it, listen, play, remove.
"use strict";

const CLIP_BYTES = 200 * 1024 * 1024;
const WAVE_COLUMNS = 400, WAVE_MS = 15 * 60000;   // longer ones are too much for a phone's memory

// What is written in the campaigns: of clips (name -> {title, text, ...}), and what broadcasts are called
// (CAMPAIGN/BROADCAST -> title). Empty where it cannot be had.
async function writtenNames() {
	const written = await ask("GET", "/api/v1/campaigns", undefined, true), found = {clips: new Map(), broadcasts: new Map()};
	for (const file of written && written.ok ? written.files : [])
		for (const campaign of file.campaigns || []) {
			campaign.clips.forEach(clip => found.clips.set(clip.name, clip.values));
			campaign.broadcasts.forEach(one => found.broadcasts.set(campaign.name + "/" + one.name, one.values.title || one.name));
		}
	return found;
}
// What a clip is called: its title, else its first words, else its name.
function callClip(name, title, declared) {
	const text = declared && declared.text;
	return title || declared && declared.title || (text ? name + ": " + (text.length > 40 ? text.slice(0, 40) + "…" : text) : name);
}
// All recordings, page by page; null: the box could not say.
async function allClips(query) {
	const all = [];
	for (let after = ""; ;) {
		const page = await ask("GET", "/api/v1/clips?limit=200" + (query || "") + (after ? "&after=" + encodeURIComponent(after) : ""), undefined, true);
		if (!page || !page.ok)
			return null;
		all.push(...page.clips);
		if (!page.more || page.clips.length === 0)
			return all;
		after = page.clips[page.clips.length - 1].name;
	}
}

{
let list = [], declared = new Map();
let drawn = "";             // what the list shows
let known = -1;            // how many there were, by the status
let sending = null;        // the XMLHttpRequest under way

function verdict(text, bad, more) {
	if (!$("verdict"))
		return;
	$("verdict").hidden = false;
	$("verdict").className = bad ? "verdict bad" : "verdict";
	fill($("verdict"), el("p", {}, el("b", {text})), ...(more || []).map(line => el("p", {text: line})));
}
function busy(on) {
	for (const id of ["send", "file", "name", "title"])
		if ($(id))
			$(id).disabled = on;
	if ($("progress")) {
		$("progress").hidden = !on;
		$("abort").hidden = !on;
	}
}
function showProgress(event) {
	if (!$("bar") || !event.lengthComputable)
		return;
	const mib = n => (n / 1048576).toFixed(1);
	$("bar").value = event.loaded / event.total;
	$("bar-text").textContent = t("clips.sending", Math.floor(100 * event.loaded / event.total), mib(event.loaded), mib(event.total));
}
// What the box said of the recording, in its own words.
async function judge(file, query, request) {
	let answer = null;
	try {
		answer = JSON.parse(request.responseText);
	} catch (error) {
		// not from the box: said below
	}
	sending = null;
	busy(false);
	if (!answer) {
		verdict(t("clips.broken"), true);
	} else if (answer.ok) {
		verdict(t("clips.good", answer.clip.title || answer.clip.name, minutesAndSeconds(answer.clip.length_ms)), false,
			answer.warnings.map(warning => warning.message));
		if ($("file"))
			$("file").form.reset();
		load();
	} else if (answer.error === "exists") {
		if (await confirmed(t("clips.exists"), t("clips.existsText", query.get("name") || file.name), t("clips.replace"))) {
			query.set("replace", "true");
			transfer(file, query);
		} else {
			verdict(t("clips.refused"), true, [answer.message]);
		}
	} else if (answer.error === "login") {
		leave();
	} else {
		verdict(t("clips.refused"), true, [answer.message]);
	}
}
function transfer(file, query) {
	const request = new XMLHttpRequest();
	query.set("language", language);
	sending = request;
	busy(true);
	$("verdict").hidden = true;
	$("bar").value = 0;
	$("bar-text").textContent = t("wait");
	request.open("PUT", "/api/v1/clips?" + query);
	request.setRequestHeader("X-CSRF-Token", box.who.csrf);
	request.setRequestHeader("Content-Type", "application/octet-stream");
	request.upload.addEventListener("progress", showProgress);
	request.upload.addEventListener("load", () => {
		if ($("bar-text"))
			$("bar-text").textContent = t("clips.measuring");
	});
	request.addEventListener("load", () => judge(file, query, request));
	request.addEventListener("error", () => judge(file, query, request));
	request.addEventListener("abort", () => {
		sending = null;
		busy(false);
		verdict(t("clips.aborted"), true);
	});
	request.send(file);
}
function send(event) {
	event.preventDefault();
	const file = $("file").files[0], query = new URLSearchParams();
	if (!file || file.size > CLIP_BYTES) {
		verdict(t(file ? "clips.large" : "clips.choose"), true);
		return;
	}
	if ($("name").value.trim())
		query.set("name", $("name").value.trim());
	else
		query.set("file", file.name);
	query.set("title", $("title").value.trim() || file.name.replace(/\.[^.]+$/, ""));
	transfer(file, query);
}
// A page must not be left unseen while a recording is on its way.
window.addEventListener("beforeunload", event => {
	if (sending)
		event.preventDefault();
});

function addCard() {
	const over = on => event => {
		event.preventDefault();
		$("drop").classList.toggle("over", on);
	};
	return el("form", {class: "card", on: {submit: send}}, el("h2", {text: t("clips.add")}),
		el("div", {class: "drop", id: "drop", on: {dragover: over(true), dragleave: over(false), drop: event => {
			over(false)(event);
			if (event.dataTransfer.files.length > 0)
				$("file").files = event.dataTransfer.files;
		}}}, el("label", {for: "file", text: t("clips.drop")}),
			el("input", {id: "file", type: "file", accept: "audio/*,video/mp4,video/3gpp,.m4a,.amr,.opus,.ogg,.flac,.wav,.mp3"})),
		...field("title", t("clips.title"), {maxlength: "200", autocomplete: "off"}),
		...field("name", t("clips.name"), {maxlength: "60", autocomplete: "off", spellcheck: "false", autocapitalize: "none"}),
		el("div", {class: "row"}, el("button", {class: "main", id: "send", text: t("clips.send")}),
			el("button", {type: "button", id: "abort", hidden: true, text: t("clips.abort"), on: {click: () => sending && sending.abort()}})),
		el("div", {id: "progress", hidden: true, role: "status"}, el("p", {id: "bar-text"}),
			el("progress", {id: "bar", max: "1", value: 0, "aria-label": t("clips.add")})),
		el("div", {id: "verdict", role: "alert", hidden: true}));
}

async function approve(clip, button) {
	const title = clip.title || clip.name;
	if (await confirmed(t("clips.approveAsk", title), t("clips.approveText"), t("clips.approve")) &&
	    await order(button, "/api/v1/clip-approve", {name: clip.name, sha256: clip.sha256}, () => t("clips.approved", title)))
		load();
}
async function restore(name, button) {
	if (await order(button, "/api/v1/clip-restore", {name}, () => t("clips.restored", name)))
		load();
}
const LOUD = ["missing", "waiting", "expired"];
function mark(clip, code) {
	const day = code === "expires" ? clip.until : code === "not-yet" ? clip.from : null;
	return el("div", {class: LOUD.includes(code) ? "fault" : "muted",
		text: has("mark." + code) ? t("mark." + code, day ? dateText(day) : "") : code});
}
async function remove(clip, button) {
	if (await confirmed(t("clips.removeAsk", clip.title || clip.name), t("clips.removeText"), t("clips.remove"), true) &&
	    await order(button, "/api/v1/clip-remove", {name: clip.name}, () => t("clips.removed", clip.title || clip.name)))
		load();
}
// The loudest of each part of a recording, as a picture; decoded here, so that the box has nothing to do with it.
async function drawWave(audio, out) {
	const context = new OfflineAudioContext(1, 1, 8000);
	const sound = await context.decodeAudioData(await (await fetch(audio.src)).arrayBuffer());
	const samples = sound.getChannelData(0), step = Math.max(1, Math.floor(samples.length / WAVE_COLUMNS));
	let path = "";
	for (let i = 0; i < WAVE_COLUMNS; i++) {
		let most = 0;
		for (let k = i * step; k < (i + 1) * step && k < samples.length; k++)
			most = Math.max(most, Math.abs(samples[k]));
		const high = Math.max(0.5, 30 * most);
		path += "M" + i + " " + (31 - high).toFixed(1) + "v" + (2 * high).toFixed(1);
	}
	const heard = svg("rect", {class: "heard", x: 0, y: 0, width: 0, height: 62});
	fill(out, svg("svg", {viewBox: "0 0 " + WAVE_COLUMNS + " 62", preserveAspectRatio: "none", role: "img", "aria-label": t("clips.wave")}, heard, svg("path", {d: path})));
	audio.addEventListener("timeupdate", () => heard.setAttribute("width", WAVE_COLUMNS * audio.currentTime / (audio.duration || 1)));
	out.addEventListener("click", event => {
		const box = out.getBoundingClientRect();
		audio.currentTime = audio.duration * (event.clientX - box.left) / box.width;
	});
}
function listenTo(clip, row) {
	const audio = el("audio", {controls: true, autoplay: true, src: "/api/v1/clip-audio?name=" + encodeURIComponent(clip.name)}), wave = el("div", {class: "wave"});
	row.append(audio, wave);
	if (clip.length_ms <= WAVE_MS)
		drawWave(audio, wave).catch(() => wave.remove()); // to listen without the picture is good enough
}
function item(clip) {
	const title = clip.title || clip.name, recorded = clip.recorded !== false;
	const row = el("li", {}, el("div", {class: "name", text: title}),
		el("div", {class: "muted", text: (clip.title ? clip.name + (recorded ? " · " : "") : "") + (recorded ?
			t("clips.about", minutesAndSeconds(clip.length_ms), dateText(dayOf(clip.added)), clip.added_by || "—") +
			(clip.times_aired ? " · " + t("clips.aired", clip.times_aired) : "") : "")}),
		declared.get(clip.name) && declared.get(clip.name).text ? el("div", {text: declared.get(clip.name).text}) : null,
		...(clip.marks || []).map(code => mark(clip, code)));
	const button = (role, word, kind, fn) => may(role) ? el("button", {type: "button", class: kind, text: t(word),
		"aria-label": t(word) + ": " + title, on: {click: event => fn(event.target)}}) : null;
	const buttons = recorded ? [
		button("viewer", "clips.listen", null, target => {
			listenTo(clip, row);
			target.remove();
		}),
		clip.approval === "waiting" ? button("approver", "clips.approve", "main", target => approve(clip, target)) : null,
		button("operator", "clips.play", null, () => {
			views.now.wanted = "c:" + clip.name;
			location.hash = "#now";
		}),
		button("operator", "clips.about.edit", null, () => {
			views.schedule.wanted = clip.name;
			location.hash = "#schedule";
		}),
		button("operator", "clips.remove", "danger", target => remove(clip, target))] : [];
	if (buttons.length)
		row.append(el("div", {class: "row"}, ...buttons));
	return row;
}
function removedItem(one) {
	return el("li", {}, el("div", {class: "name", text: one.name}),
		one.removed_at && one.kept_until ? el("div", {class: "muted", text: t("clips.kept",
			dateText(dayOf(one.removed_at)), dateText(dayOf(one.kept_until)))}) : null,
		may("operator") ? el("div", {class: "row"}, el("button", {type: "button", text: t("clips.restore"),
			"aria-label": t("clips.restore") + ": " + one.name, on: {click: event => restore(one.name, event.target)}})) : null);
}
async function load() {
	const found = await allClips("&all=true");
	const removed = await ask("GET", "/api/v1/clips-removed", undefined, true);
	declared = (await writtenNames()).clips;
	if (found)
		list = found;
	if (!$("clip-list"))
		return;
	// Drawn anew only where something is new: a button must not go away from under a thumb.
	const now = JSON.stringify([list, removed, [...declared], language]);
	if (now === drawn)
		return;
	drawn = now;
	fill($("clip-list"), ...list.map(item));
	$("no-clips").hidden = list.length > 0;
	$("no-clips").textContent = found ? t("clips.none") : t("unreachable");
	const gone = removed && removed.ok ? removed.removed : [];
	$("gone-title").hidden = gone.length === 0;
	fill($("gone"), ...gone.map(removedItem));
}
views.clips = {
	draw(main) {
		fill(main, el("h1", {text: t("clips")}), may("operator") ? addCard() : el("p", {class: "effect", text: t("viewer")}),
			el("p", {id: "no-clips", text: t("loading")}), el("ul", {id: "clip-list", class: "list"}),
			el("h2", {id: "gone-title", hidden: true, text: t("clips.gone")}), el("ul", {id: "gone", class: "list"}));
		if (sending)
			busy(true);
		drawn = "";
		known = -1;
		load();
	},
	// A restored one is measured first; others come in by the inbox or a stick. Nobody's listening is cut off for that.
	live(status) {
		const there = status.clips + "/" + status.measuring;
		if (known !== -1 && known !== there && !document.querySelector("#clip-list audio"))
			load();
		known = there;
	}
};
}
