// SPDX-License-Identifier: MIT
// Now: on air, next, or held; play, pause, skip, volume, faults.
"use strict";
{
let clips = [];            // [{name, title, length_ms}]
let broadcasts = [];       // of today, by name: {name, items, class, length_ms}
let drawn = {};            // what a part shows, to touch it only when it changed
const rank = {normal: 0, priority: 1, emergency: 2};
let declared = new Map(), titles = new Map();   // what the campaigns tell of clips; CAMPAIGN/BROADCAST -> title
const clipTitle = name => {
	const clip = clips.find(one => one.name === name);
	return callClip(name, clip && clip.title, declared.get(name));
};
// Of anything with a campaign and a broadcast.
const broadcastTitle = one => titles.get(one.campaign + "/" + one.broadcast) || one.broadcast;

// Redraw a part of the page only when what it is made of has changed: a button must not vanish under a finger.
function part(id, key, ...make) {
	const text = language + JSON.stringify(key);
	if (drawn[id] === text || !$(id))
		return;
	drawn[id] = text;
	fill($(id), ...make.map(fn => fn()).flat());
}

const reasonText = code => code && has("reason." + code) ? t("reason." + code) : code || "";

// ---- the state, at one glance

const airWhat = air => [el("b", {text: broadcastTitle(air) || clipTitle(air.clip)}), " · " + t("air.by." + air.trigger)];
const airItem = air => (air.clip ? clipTitle(air.clip) : t("air.pause")) + " · " + t("air.item", air.position + 1, air.items);
const nextWhat = next => [el("b", {text: broadcastTitle(next)}), " · " + next.items.map(clipTitle).join(" · ")];
// Titles come a moment later: put into their lines, for a button must not be made anew under a finger.
function nameThem(s) {
	if (s.on_air && $("air-what")) {
		fill($("air-what"), ...airWhat(s.on_air));
		$("air-item").textContent = airItem(s.on_air);
	}
	if (s.next && $("next-what"))
		fill($("next-what"), ...nextWhat(s.next));
}
function drawAir(s) {
	const air = s.on_air;
	part("state", ["air", air.row, air.clip, air.position, s.waiting, s.suspended],
		() => el("p", {class: "big", text: t("air")}),
		() => el("p", {id: "air-what"}, ...airWhat(air)),
		() => el("p", {id: "air-item", text: airItem(air)}),
		() => el("progress", {id: "air-bar", max: "1", value: 0, "aria-label": t("air")}),
		() => el("p", {id: "air-time", class: "time"}),
		() => el("p", {}, t("air.level") + " ", el("meter", {id: "air-level", min: -50, max: 0, low: -40, value: -50, "aria-label": t("air.level")}), el("span", {id: "air-db", class: "time"})),
		() => s.waiting ? el("p", {text: t("air.waits", s.waiting)}) : null,
		() => s.suspended ? el("p", {text: t("air.suspended", s.suspended)}) : null);
	moveBar();
}
// Between two looks at the station the bar moves by itself.
function moveBar() {
	const air = box.status && box.status.on_air;
	if (!air || !$("air-bar"))
		return;
	const at = Math.min(air.clip_length_ms, air.clip_position_ms + Date.now() - box.heard);
	$("air-bar").value = air.clip_length_ms ? at / air.clip_length_ms : 0;
	$("air-level").value = Math.max(-50, air.level_dbfs);
	$("air-db").textContent = " " + (air.level_dbfs > -100 ? Math.round(air.level_dbfs) + " dB" : t("air.silent"));
	$("air-time").textContent = minutesAndSeconds(at) + " / " + minutesAndSeconds(air.clip_length_ms);
}
const isHeld = s => s.clock.state === "untrusted";
function drawHeld(s) {
	const apart = Math.abs(Date.parse(s.now) - Date.now()) > 120000;
	part("state", ["held", apart, may("operator")],
		() => el("p", {class: "big", text: t("held")}),
		() => el("p", {text: t("held.why")}),
		() => el("p", {}, el("b", {id: "clock-box"})),
		() => el("p", {id: "clock-phone"}),
		() => apart ? el("p", {class: "effect no", text: t("clock.differs")}) : null,
		() => may("operator") ? el("button", {id: "set-clock", class: apart ? "main" : "", text: t("clock.set"), on: {click: setClock}}) : null,
		() => may("operator") && !apart ? el("button", {id: "confirm", text: t("clock.confirm"), on: {click: confirmClock}}) : null);
	$("clock-box").textContent = t("clock.box", clockOf(s.now) + ", " + dateText(dayOf(s.now)));
	$("clock-phone").textContent = t("clock.phone", new Date().toTimeString().slice(0, 5) + ", " +
		dateText(new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10)));
}
// What this device shows, as an instant; the box has its own zone. The person answers for it, not the device.
async function setClock(event) {
	const button = event.target, shown = new Date().toTimeString().slice(0, 5) + ", " +
		dateText(new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10));
	if (!await confirmed(t("clock.setAsk", shown), t("clock.setText", clockOf(box.status.now) + ", " + dateText(dayOf(box.status.now)), shown), t("clock.set"), true))
		return;
	button.disabled = true;
	const answer = await ask("POST", "/api/v1/clock-set", {to: new Date().toISOString().slice(0, 19) + "Z"});
	button.disabled = false;
	if (answer)
		say(t("clock.setDone"));
}
async function confirmClock(event) {
	const button = event.target, shown = clockOf(box.status.now) + ", " + dateText(dayOf(box.status.now));
	if (await confirmed(t("clock.ask"), t("clock.askText", shown), t("clock.confirm")))
		order(button, "/api/v1/clock-confirm", {});
}
function drawPaused(s) {
	part("state", ["paused", s.paused_until, may("operator")],
		() => el("p", {class: "big", text: t("paused")}),
		() => el("p", {}, el("b", {text: t("paused.until", when(s.paused_until, s.now))})),
		() => may("operator") ? el("button", {id: "unpause", text: t("paused.end"),
			on: {click: event => order(event.target, "/api/v1/pause", {until: null})}}) : null);
}
function drawState(s) {
	const kind = s.on_air ? "air" : isHeld(s) ? "held" : s.paused_until ? "paused" : "idle";
	$("state").className = "card state " + kind;
	if (kind === "air")
		drawAir(s);
	else if (kind === "held")
		drawHeld(s);
	else if (kind === "paused")
		drawPaused(s);
	else
		part("state", ["idle"], () => el("p", {class: "big", text: t("idle")}));
}
function drawNext(s) {
	const next = s.next;
	if (!next) {
		part("next", ["none"], () => el("h2", {text: t("next")}), () => el("p", {text: t("next.none")}));
		return;
	}
	part("next", [next, s.now.slice(0, 10), may("operator")],
		() => el("h2", {text: t("next")}),
		() => el("p", {}, el("span", {class: "when", text: when(next.at, s.now)}), " ", el("span", {id: "next-in"})),
		() => el("p", {id: "next-what"}, ...nextWhat(next)),
		() => next.verdict.outcome !== "played" ? el("p", {class: "effect no",
			text: t("next.not", reasonText(next.verdict.reason))}) : null,
		() => next.held ? el("p", {class: "effect no", text: t("held.why")}) : null,
		() => may("operator") ? el("button", {id: "skip", text: t("next.skip"), on: {click: skip}}) : null);
	const left = (Date.parse(next.at) - boxNow()) / 1000;
	$("next-in").textContent = "(" + (left > 0 ? t("next.in", duration(left)) : t("next.now")) + ")";
}
async function skip(event) {
	const button = event.target, next = box.status.next;
	if (next && await confirmed(t("next.skipAsk"), t("next.skipText", broadcastTitle(next), when(next.at, box.status.now)), t("next.skip")))
		order(button, "/api/v1/skip", {}, answer =>
			t("next.skipped", broadcastTitle(answer.skipped), clockOf(answer.skipped.at)));
}
function drawAirtime(s) {
	const a = s.airtime;
	part("airtime", [a.inside, a.window_end, Math.floor(a.day_used_s / 10), Math.floor(a.day_left_s / 10)],
		() => el("p", {text: a.inside ? t("airtime.in", when(a.window_end, s.now)) :
			a.window_end ? t("airtime.out", when(a.window_end, s.now)) : t("airtime.never")}),
		() => el("p", {class: "muted", text: t("airtime.used", duration(a.day_used_s)) +
			(a.day_left_s === null ? "" : " " + t("airtime.left", duration(a.day_left_s)))}));
}
function drawFaults(s) {
	part("faults", s.faults.map(fault => [fault.code, fault.message, fault.cure]),
		() => el("h2", {text: s.faults.length ? t("faults", s.faults.length) : t("faults.none")}),
		() => s.faults.map(fault => el("div", {class: "fault"}, el("p", {}, el("b", {text: fault.message})),
			el("p", {text: fault.cure}))));
}

// ---- play now, with what it will do said before

function chosen() {
	const value = $("what") ? $("what").value : "";
	const name = value.slice(2);
	if (value.startsWith("b:"))
		return broadcasts.find(one => one.name === name) || null;
	return clips.map(one => ({name: one.name, title: one.title || one.name, length_ms: one.length_ms, class: "priority"}))
		.find(one => one.name === name) || null;
}
function effectOf(s, what, emergency) {
	const long = duration(what.length_ms / 1000), a = s.airtime;
	const mine = emergency ? 2 : rank[what.class], air = s.on_air;
	const endsAt = boxNow() + what.length_ms;
	const unknown = isHeld(s);
	if (air && rank[air.class] > mine)
		return [t("effect.busy"), true];
	if (!emergency && !unknown && !a.inside)
		return [a.window_end ? t("effect.outside", when(a.window_end, s.now)) : t("airtime.never"), true];
	if (!emergency && !unknown && a.window_end && endsAt > Date.parse(a.window_end))
		return [t("effect.late", when(a.window_end, s.now)), true];
	if (!emergency && !unknown && [a.day_left_s, a.session_left_s].some(left => left !== null && left * 1000 < what.length_ms))
		return [t("effect.minutes"), true];
	let text = air ? t("effect.cut", broadcastTitle(air) || clipTitle(air.clip), what.title, long) : t("effect.now", what.title, long);
	if (unknown)
		text += " " + t("effect.unknown");
	else if (s.next && s.next.verdict.outcome === "played" && Date.parse(s.next.at) < endsAt)
		text += " " + t("effect.schedule", broadcastTitle(s.next), clockOf(s.next.at));
	return [text, false];
}
function drawEffect() {
	const what = chosen();
	if (!$("effect") || !box.status)
		return;
	const emergency = $("emergency").checked;
	const [text, no] = what ? effectOf(box.status, what, emergency) : ["", false];
	$("effect").textContent = text;
	$("effect").hidden = !what;
	$("effect").className = no ? "effect no" : "effect";
	$("emergency-text").hidden = !emergency;
	$("play").disabled = !what;
	$("play").textContent = emergency ? t("play.emergencyYes") + "…" : t("play.go");
	$("play").className = emergency ? "danger" : "main";
}
async function play(event) {
	event.preventDefault();
	const what = chosen(), emergency = $("emergency").checked, why = $("why").value.trim();
	if (!what)
		return;
	if (emergency && !why) {
		say(t("play.needWhy"), true);
		$("why").focus();
		return;
	}
	if (emergency && !await confirmed(t("play.emergencyAsk"), "“" + what.title + "” · " + t("play.emergencyText"),
		t("play.emergencyYes"), true))
		return;
	const body = {names: [what.name]};
	if (why)
		body.why = why;
	if (emergency)
		body.emergency = true;
	const answer = await order($("play"), "/api/v1/play", body, reply =>
		reply.row ? t("play.started", reply.row) : t("play.waits"));
	if (answer) {
		$("why").value = "";
		$("emergency").checked = false;
		drawEffect();
	}
}
function drawChoices() {
	const select = $("what"), value = select ? select.value || views.now.wanted : "";
	if (!select)
		return;
	fill(select, el("option", {value: "", text: t("play.choose")}),
		el("optgroup", {label: t("play.clips")}, ...clips.map(clip => el("option", {value: "c:" + clip.name,
			text: clipTitle(clip.name) + " (" + minutesAndSeconds(clip.length_ms) + ")"}))),
		broadcasts.length ? el("optgroup", {label: t("play.broadcasts")}, ...broadcasts.map(one =>
			el("option", {value: "b:" + one.name, text: one.title}))) : null);
	select.value = value || "";
	if (select.value !== "" && value === views.now.wanted)
		views.now.wanted = "";
	drawEffect();
}
async function loadChoices() {
	const names = await writtenNames();
	clips = await allClips() || clips;
	declared = names.clips;
	titles = names.broadcasts;
	if (box.status)
		nameThem(box.status);
	drawChoices();
	const plan = await ask("GET", "/api/v1/plan", undefined, true);
	if (!plan || !plan.ok)
		return;
	const seen = new Map();
	for (const one of plan.plan) {
		const name = one.campaign + "/" + one.broadcast;
		if (!seen.has(name))
			seen.set(name, {name, title: broadcastTitle(one), class: one.class,
				length_ms: one.start && one.end ? Date.parse(one.end) - Date.parse(one.start) :
					one.items.reduce((sum, item) => sum + ((clips.find(c => c.name === item) || {}).length_ms || 0), 0)});
	}
	broadcasts = [...seen.values()];
	drawChoices();
}
function playCard() {
	return el("form", {class: "card", on: {submit: play}}, el("h2", {text: t("play")}),
		...field("what", t("play.what"), {options: true, on: {change: drawEffect}}),
		el("p", {id: "effect", class: "effect", hidden: true, "aria-live": "polite"}),
		...field("why", t("play.why"), {maxlength: "120"}),
		el("div", {class: "row"}, el("button", {class: "main", id: "play", text: t("play.go"), disabled: true})),
		el("label", {for: "emergency"}, el("input", {id: "emergency", type: "checkbox", on: {change: drawEffect}}),
			t("play.emergency")),
		el("p", {id: "emergency-text", class: "effect no", hidden: true, text: t("play.emergencyText")}));
}

// ---- pause and volume

async function pause(event) {
	event.preventDefault();
	const at = $("pause-until").value, now = box.status && box.status.now;
	if (!at || !now) {
		say(t("pause.need"), true);
		return;
	}
	const offset = now.slice(19);
	let until = dayOf(now) + "T" + at + ":00" + offset;
	if (Date.parse(until) <= boxNow()) { // tomorrow at that time
		const next = new Date(Date.parse(dayOf(now) + "T00:00:00Z") + 86400000).toISOString().slice(0, 10);
		until = next + "T" + at + ":00" + offset;
	}
	const body = {until};
	if ($("pause-why").value.trim())
		body.why = $("pause-why").value.trim();
	await order($("pause"), "/api/v1/pause", body, () => t("pause.done", when(until, now)));
}
function pauseCard() {
	return el("form", {class: "card", on: {submit: pause}}, el("h2", {text: t("pause")}), el("p", {text: t("pause.text")}),
		...field("pause-until", t("pause.until"), {type: "time", required: true}),
		...field("pause-why", t("pause.why"), {maxlength: "120"}),
		el("div", {class: "row"}, el("button", {id: "pause", text: t("pause.go")})));
}
let turning = false;       // somebody has the volume in hand
function drawVolume(s) {
	if (!$("volume") || turning)
		return;
	$("volume").value = Math.round(s.volume_db);
	showVolume();
}
function showVolume() {
	$("volume-value").textContent = t("volume.value", $("volume").value);
	$("volume").setAttribute("aria-valuetext", $("volume-value").textContent);
}
function volumeCard() {
	const set = async event => {
		await order(event.target, "/api/v1/volume", {db: Number(event.target.value)}, answer => t("volume.done", answer.db));
		turning = false;
	};
	return el("section", {class: "card"}, el("h2", {text: t("volume")}),
		el("label", {for: "volume", id: "volume-value", text: t("volume")}),
		el("input", {id: "volume", type: "range", min: "-60", max: "0", step: "1", disabled: !may("operator"),
			on: {input: () => { turning = true; showVolume(); }, change: set}}));
}

views.now = {
	wanted: "", // what another page chose to play
	draw(main) {
		drawn = {};
		turning = false;
		fill(main, el("h1", {class: "unseen", text: t("nav.now")}),
			el("section", {id: "state", class: "card state", "aria-live": "polite"}, el("p", {text: t("loading")})),
			el("div", {class: "columns"},
				el("div", {}, el("section", {id: "next", class: "card next"}), el("section", {id: "airtime"}),
					el("section", {id: "faults"})),
				el("div", {}, may("operator") ? playCard() : el("p", {class: "effect", text: t("viewer")}),
					may("operator") ? pauseCard() : null, volumeCard())));
		loadChoices();
	},
	live(s) {
		drawState(s);
		drawNext(s);
		drawAirtime(s);
		drawFaults(s);
		drawVolume(s);
		drawEffect();
	},
	// What stood here may no longer be true.
	lost() {
		const since = box.heard ? new Date(box.heard).toTimeString().slice(0, 8) : "—";
		$("state").className = "card state held";
		part("state", ["lost", since], () => el("p", {class: "big", text: t("unknown")}),
			() => el("p", {text: t("unknown.why", since)}));
	}
};
setInterval(moveBar, 250);
}
