// SPDX-License-Identifier: MIT
// The page's frame: words, requests, who is logged in, what the station does now (live), STOP on every page.
"use strict";

const $ = id => document.getElementById(id);
const views = {};          // name -> {draw(main), live(status)}: now.js, clips.js and people.js add theirs
const box = {              // what is known of the box
	who: null,         // {name, role, csrf} or null
	status: null,      // the newest
	heard: 0,          // when it came, Date.now()
	stream: null,
	view: null
};
let language = localStorage.getItem("language") === "en" ? "en" : "vi";

// A word of the page; {0}, {1}: values.
function t(key, ...values) {
	const pair = WORDS[key];
	if (!pair)
		return key;
	return pair[language === "en" ? 1 : 0].replace(/\{(\d)\}/g, (_, n) => values[n]);
}
const has = key => key in WORDS;

// An element. attributes: {on: {event: fn}, text, ...}; children: elements or texts.
function el(name, attributes, ...children) {
	const element = document.createElement(name);
	for (const [key, value] of Object.entries(attributes || {})) {
		if (key === "on")
			for (const [event, fn] of Object.entries(value))
				element.addEventListener(event, fn);
		else if (key === "text")
			element.textContent = value;
		else if (typeof value === "boolean" || key === "value")
			element[key] = value;
		else if (value !== null && value !== undefined)
			element.setAttribute(key, value);
	}
	for (const child of children)
		if (child !== null && child !== undefined)
			element.append(child);
	return element;
}
// The same for a picture.
const svg = (name, attributes, ...children) => {
	const element = document.createElementNS("http://www.w3.org/2000/svg", name);
	for (const [attribute, value] of Object.entries(attributes))
		element.setAttribute(attribute, value);
	element.append(...children);
	return element;
};
function fill(element, ...children) {
	element.replaceChildren(...children.filter(child => child !== null && child !== undefined));
}
// A field with its label.
function field(id, label, attributes, ...children) {
	const name = attributes.options ? "select" : "input";
	const rest = Object.assign({id}, attributes);
	delete rest.options;
	return [el("label", {for: id, text: label}), el(name, rest, ...children)];
}

// Times. The box says local times with their offset; its wall clock is what counts, not this device's.
const clockOf = instant => instant.slice(11, 16);
const dayOf = instant => instant.slice(0, 10);
function dateText(day) {
	const [y, m, d] = day.split("-");
	return d + "/" + m + "/" + y;
}
// "17:00", or with the day where that is another than the box's.
function when(instant, now) {
	return dayOf(instant) === dayOf(now) ? clockOf(instant) : clockOf(instant) + ", " + dateText(dayOf(instant));
}
function duration(seconds) {
	seconds = Math.max(0, Math.round(seconds));
	const m = Math.floor(seconds / 60), h = Math.floor(m / 60), d = Math.floor(h / 24);
	if (d > 0)
		return t("unit.d", d, h % 24);
	if (h > 0)
		return t("unit.h", h, m % 60);
	if (m >= 10)
		return t("unit.m", m);
	return m > 0 ? t("unit.ms", m, seconds % 60) : t("unit.s", seconds);
}
const minutesAndSeconds = ms => Math.floor(ms / 60000) + ":" + String(Math.floor(ms / 1000) % 60).padStart(2, "0");
// What the box's clock shows now: the newest status, moved on by the time since.
const boxNow = () => Date.parse(box.status.now) + Date.now() - box.heard;

let silence = 0;
function say(text, bad) {
	fill($("said"), el("span", {class: bad ? "bad" : "", text}));
	clearTimeout(silence);
	silence = setTimeout(() => fill($("said")), bad ? 12000 : 5000);
}

// One request. Returns the JSON of the answer, or null after having said what is wrong.
async function ask(method, path, body, quiet) {
	const headers = {};
	let answer, json;
	if (body !== undefined)
		headers["Content-Type"] = "application/json";
	if (box.who)
		headers["X-CSRF-Token"] = box.who.csrf;
	try {
		answer = await fetch(path + (path.includes("?") ? "&" : "?") + "language=" + language,
			{method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store"});
		json = await answer.json();
	} catch (error) {
		if (!quiet)
			say(t("unreachable"), true);
		return null;
	}
	if (answer.status === 401 && json.error === "login")
		leave();
	if (json.ok)
		return json;
	if (!quiet)
		say(json.message, true);
	return quiet ? json : null;
}
// While an order is under way its button waits.
async function order(button, path, body, done) {
	button.disabled = true;
	const answer = await ask("POST", path, body);
	button.disabled = false;
	if (answer)
		say(done ? done(answer) : t("done"));
	return answer;
}

// A question with yes and no. danger: red.
function confirmed(title, text, yes, danger) {
	const dialog = $("ask");
	dialog.className = danger ? "danger" : "";
	$("ask-title").textContent = title;
	$("ask-text").textContent = text;
	$("ask-yes").textContent = yes || t("yes");
	dialog.returnValue = "no";
	dialog.showModal();
	$("ask-no").focus();
	return new Promise(resolve => dialog.addEventListener("close",
		() => resolve(dialog.returnValue === "yes"), {once: true}));
}

const may = role => box.who && ["viewer", "operator", "approver"].indexOf(box.who.role) >=
	["viewer", "operator", "approver"].indexOf(role);

// ---- live -----------------------------------------------------------------------------------------------------

function trouble(text) {
	$("trouble").textContent = text || "";
	$("trouble").hidden = !text;
	document.body.classList.toggle("stale", Boolean(text));
	if (text && box.view && box.view.lost)
		box.view.lost();
}
function take(answer) {
	if (!answer.ok) {
		trouble(answer.message);
		return;
	}
	box.status = answer.status;
	box.heard = Date.now();
	trouble("");
	tick();
	if (box.view && box.view.live)
		box.view.live(box.status);
}
function tick() {
	if (!box.status)
		return;
	const now = new Date(boxNow() + offsetMs(box.status.now));
	const state = box.status.clock.state;
	$("station").textContent = box.status.station || "loaphuong";
	$("clock").textContent = now.toISOString().slice(11, 19) + " · " + dateText(now.toISOString().slice(0, 10)) +
		" · " + t("clock." + state);
	document.title = (box.status.on_air ? "● " : "") + (box.status.station || "loaphuong");
}
function offsetMs(instant) {
	const m = /([+-])(\d\d):(\d\d)$/.exec(instant);
	return m ? (m[1] === "-" ? -1 : 1) * (m[2] * 60 + +m[3]) * 60000 : 0;
}
function listen() {
	if (box.stream)
		box.stream.close();
	box.stream = new EventSource("/api/v1/events?language=" + language);
	box.stream.addEventListener("status", event => take(JSON.parse(event.data)));
	box.stream.onerror = () => {
		if (box.stream && box.stream.readyState === EventSource.CLOSED)
			setTimeout(again, 2000);
	};
}
// The stream was refused: is it the session, or is the box still starting?
async function again() {
	if (!box.who)
		return;
	const session = await ask("GET", "/api/v1/session", undefined, true);
	if (session && session.ok && !session.name)
		leave();
	else if (box.who)
		listen();
}
// Silence on the line is a state of its own: what stands on the page may no longer be true.
function watch() {
	tick();
	if (box.who && box.heard && Date.now() - box.heard > 8000 && $("trouble").hidden)
		trouble(t("lost", new Date(box.heard).toTimeString().slice(0, 8)));
}

// ---- who ------------------------------------------------------------------------------------------------------

function leave() {
	box.who = null;
	if (box.stream)
		box.stream.close();
	box.stream = null;
	box.status = null;
	trouble("");
	show();
}
function enter(session) {
	box.who = session;
	box.heard = 0;
	show.first = false;
	listen();
	show();
}
function drawLogin(main, first) {
	const send = async event => {
		event.preventDefault();
		const button = event.target.querySelector("button.main");
		button.disabled = true;
		const body = {name: $("name").value, password: $("password").value};
		if (first)
			body.code = $("code").value;
		const answer = await ask("POST", first ? "/api/v1/first-use" : "/api/v1/session", body);
		button.disabled = false;
		if (answer)
			enter(answer);
	};
	fill(main, el("form", {class: "narrow", on: {submit: send}},
		el("h1", {text: t(first ? "first.title" : "login.title")}),
		first ? el("p", {text: t("first.text")}) : null,
		...(first ? field("code", t("first.code"), {required: true, autocomplete: "one-time-code",
			autocapitalize: "characters", spellcheck: "false"}) : []),
		...field("name", t(first ? "first.name" : "login.name"), {required: true, autocomplete: "username", maxlength: "47"}),
		...field("password", t(first ? "first.password" : "login.password"), {type: "password", required: true,
			autocomplete: first ? "new-password" : "current-password"}),
		el("div", {class: "row"},
			el("button", {class: "main", id: "go", text: t(first ? "first.go" : "login.go")}),
			el("button", {type: "button", id: "other", text: t(first ? "login.back" : "login.code"),
				on: {click: () => drawLogin(main, !first)}}))));
	$(first ? "code" : "name").focus();
}

// ---- pages ----------------------------------------------------------------------------------------------------

function show() {
	const main = $("main");
	const name = location.hash.slice(1);
	document.documentElement.lang = language;
	$("language").textContent = language === "en" ? "Tiếng Việt" : "English";
	$("language").lang = language === "en" ? "vi" : "en";
	for (const element of document.querySelectorAll("[data-t]"))
		element.textContent = t(element.dataset.t);
	$("nav").hidden = !box.who;
	$("stopbar").hidden = !may("operator");
	for (const link of $("nav").children)
		if (link.hash.slice(1) === (views[name] ? name : "now"))
			link.setAttribute("aria-current", "page");
		else
			link.removeAttribute("aria-current");
	if (!box.who) {
		box.view = null;
		drawLogin(main, show.first);
		return;
	}
	box.view = views[name] || views.now;
	box.view.draw(main);
	if (box.status && box.view.live)
		box.view.live(box.status);
}
async function begin() {
	const session = await ask("GET", "/api/v1/session", undefined, true);
	if (!session) {
		trouble(t("unreachable"));
		setTimeout(begin, 3000);
		return;
	}
	trouble("");
	show.first = session.first_use;
	if (session.name)
		enter(session);
	else
		show();
}
$("stop").addEventListener("click", async () => {
	$("stop").disabled = true;
	const answer = await ask("POST", "/api/v1/stop", {}, true);
	$("stop").disabled = false;
	if (!answer)
		say(t("unreachable"), true);
	else if (answer.ok || answer.error === "nothing")
		say(t(answer.ok ? "stopped" : "stop.nothing"));
	else
		say(answer.message, true);
});
$("language").addEventListener("click", () => {
	language = language === "en" ? "vi" : "en";
	localStorage.setItem("language", language);
	if (box.who)
		listen();
	show();
});
window.addEventListener("hashchange", () => {
	show();
	$("main").focus();
});
setInterval(watch, 1000);
window.addEventListener("load", begin);
