// SPDX-License-Identifier: MIT
// Recordings: send one to the box, hear what it says of it, listen, play, remove.
"use strict";

const CLIP_BYTES = 200 * 1024 * 1024;

// All recordings, page by page; null: the box could not say.
async function allClips() {
	const all = [];
	for (let after = ""; ;) {
		const page = await ask("GET", "/api/v1/clips" + (after ? "?after=" + encodeURIComponent(after) : ""), undefined, true);
		if (!page || !page.ok)
			return null;
		all.push(...page.clips);
		if (!page.more || page.clips.length === 0)
			return all;
		after = page.clips[page.clips.length - 1].name;
	}
}

{
let list = [];
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

async function remove(clip, button) {
	if (await confirmed(t("clips.removeAsk", clip.title || clip.name), t("clips.removeText"), t("clips.remove"), true) &&
	    await order(button, "/api/v1/clip-remove", {name: clip.name}, () => t("clips.removed", clip.title || clip.name)))
		load();
}
function listenTo(clip, row) {
	row.append(el("audio", {controls: true, autoplay: true, src: "/api/v1/clip-audio?name=" + encodeURIComponent(clip.name)}));
}
function item(clip) {
	const title = clip.title || clip.name;
	const row = el("li", {}, el("div", {class: "name", text: title}),
		el("div", {class: "muted", text: (clip.title ? clip.name + " · " : "") + t("clips.about", minutesAndSeconds(clip.length_ms),
			dateText(dayOf(clip.added)), clip.added_by || "—")}));
	row.append(el("div", {class: "row"},
		el("button", {type: "button", text: t("clips.listen"), "aria-label": t("clips.listen") + ": " + title, on: {click: event => {
			listenTo(clip, row);
			event.target.remove();
		}}}),
		may("operator") ? el("button", {type: "button", text: t("clips.play"), "aria-label": t("clips.play") + ": " + title,
			on: {click: () => {
				views.now.wanted = "c:" + clip.name;
				location.hash = "#now";
			}}}) : null,
		may("operator") ? el("button", {type: "button", class: "danger", text: t("clips.remove"),
			"aria-label": t("clips.remove") + ": " + title, on: {click: event => remove(clip, event.target)}}) : null));
	return row;
}
async function load() {
	const found = await allClips();
	if (found)
		list = found;
	if (!$("clip-list"))
		return;
	fill($("clip-list"), ...list.map(item));
	$("no-clips").hidden = list.length > 0;
	$("no-clips").textContent = found ? t("clips.none") : t("unreachable");
}
views.clips = {
	draw(main) {
		fill(main, el("h1", {text: t("clips")}), may("operator") ? addCard() : el("p", {class: "effect", text: t("viewer")}),
			el("p", {id: "no-clips", text: t("loading")}), el("ul", {id: "clip-list", class: "list"}));
		if (sending)
			busy(true);
		load();
	}
};
}
