// SPDX-License-Identifier: MIT
// The programme of a day: what is to air, by the plan, and what became of it, by the log; and its month.
"use strict";
{
let day = "";              // the one that is shown, "2024-06-01"
let month = [];            // of its month, as loaphuong plan has it
let monthOf = "";
const shift = (from, days) => new Date(Date.parse(from + "T00:00:00Z") + days * 86400000).toISOString().slice(0, 10);
const daysIn = name => new Date(Date.UTC(+name.slice(0, 4), +name.slice(5, 7), 0)).getUTCDate();
const length = one => one.start && one.end ? (Date.parse(one.end) - Date.parse(one.start)) / 1000 : 0;
const reason = code => code ? ": " + (has("reason." + code) ? t("reason." + code) : code) : "";

function row(at, what, words, items, bad) {
	return el("li", {}, el("div", {}, el("span", {class: "time", text: at + " "}), el("b", {text: what})),
		el("div", {class: bad ? "fault" : "muted", text: words}),
		items.length ? el("div", {class: "muted", text: t("day.items", items.join(", "))}) : null);
}
function aired(one) {
	const seconds = one.start && one.end ? " · " + duration(length(one)) : "";
	const hand = one.trigger && one.trigger !== "schedule" ? " · " + t("day.byhand") + (one.who ? " (" + one.who + ")" : "") : "";
	return row(clockOf(one.start || one.at), one.broadcast || one.items.join(", "),
		(one.class === "emergency" ? t("class.emergency") + " · " : "") + t("outcome." + one.outcome) + reason(one.reason) + seconds + hand, one.broadcast ? one.items : [],
		["refused", "missed", "failed", "partial"].includes(one.outcome));
}
function planned(one) {
	return row(clockOf(one.at), one.broadcast, t("plan." + one.outcome) + reason(one.reason) + (length(one) ? " · " + duration(length(one)) : ""),
		one.items, one.outcome !== "played" && one.outcome !== "late");
}

// Rows of the log of one day, page by page.
async function logOf(date) {
	const rows = [];
	const offset = box.status.now.slice(19);
	const pretended = box.status.clock.state === "pretended";
	for (let after = 0; ;) {
		const page = await ask("GET", "/api/v1/log?from=" + encodeURIComponent(date + "T00:00:00" + offset) + "&until=" +
			encodeURIComponent(shift(date, 1) + "T00:00:00" + offset) + "&pretended=" + pretended +
			(after ? "&after_row=" + after : ""), undefined, true);
		if (!page || !page.ok)
			return rows;
		rows.push(...page.rows);
		if (!page.more || page.rows.length === 0)
			return rows;
		after = page.rows[page.rows.length - 1].row;
	}
}
async function loadMonth() {
	const name = day.slice(0, 7);
	if (name === monthOf)
		return true;
	const answer = await ask("GET", "/api/v1/plan?from=" + name + "-01&until=" + name + "-" + daysIn(name));
	if (!answer)
		return false;
	month = answer.plan;
	monthOf = name;
	return true;
}
function drawMonth() {
	const name = day.slice(0, 7), first = (new Date(name + "-01T00:00:00Z").getUTCDay() + 6) % 7;
	const cells = t("day.weekdays").split(" ").map(text => el("span", {text, class: "muted"}));
	for (let i = 0; i < first; i++)
		cells.push(el("span", {}));
	for (let i = 1; i <= daysIn(name); i++) {
		const date = name + "-" + String(i).padStart(2, "0");
		const seconds = month.filter(one => dayOf(one.at) === date).reduce((sum, one) => sum + length(one), 0);
		const minutes = t("day.minutes", Math.ceil(seconds / 60));
		cells.push(el("button", {type: "button", "aria-pressed": String(date === day), "aria-label": dateText(date) + ", " + minutes,
			on: {click: () => go(date)}}, el("b", {text: i}), seconds ? el("small", {text: minutes}) : null));
	}
	fill($("month"), el("h2", {text: t("day.month", name.slice(5) + "/" + name.slice(0, 4))}), el("div", {class: "days"}, ...cells));
}
async function load() {
	const date = day, now = box.status.now;
	const log = date <= dayOf(now) ? await logOf(date) : [];
	const good = await loadMonth();
	if (!$("rows") || date !== day)
		return;
	// What is in the log is past; of the plan that which the log does not have yet.
	const done = new Set(log.map(one => one.campaign + "/" + one.broadcast + one.at));
	const rest = month.filter(one => dayOf(one.at) === date && Date.parse(one.at) >= boxNow() - 1000 &&
		!done.has(one.campaign + "/" + one.broadcast + one.at));
	const total = log.concat(rest).reduce((sum, one) => sum + length(one), 0);
	fill($("rows"), ...log.map(aired), ...rest.map(planned));
	$("total").textContent = log.length + rest.length ? t("day.total", log.length + rest.length, duration(total)) :
		good ? t("day.none") : "";
	if (good)
		drawMonth();
}
function go(date) {
	if (!/^\d{4}-\d\d-\d\d$/.test(date))
		return;
	day = date;
	$("pick").value = day;
	$("total").textContent = t("loading");
	load();
}
views.day = {
	draw(main) {
		monthOf = "";
		fill(main, el("h1", {text: t("day")}),
			el("div", {class: "row"},
				el("button", {type: "button", id: "day-before", text: t("day.prev"), on: {click: () => go(shift(day, -1))}}),
				el("button", {type: "button", id: "day-today", text: t("day.today"), on: {click: () => go(dayOf(box.status.now))}}),
				el("button", {type: "button", id: "day-after", text: t("day.next"), on: {click: () => go(shift(day, 1))}})),
			el("div", {class: "columns"},
				el("section", {}, ...field("pick", t("day.pick"), {type: "date", on: {change: event => go(event.target.value)}}),
					el("p", {id: "total", role: "status", text: t("loading")}), el("ul", {id: "rows", class: "list"})),
				el("section", {id: "month"})));
		views.day.begun = false;
	},
	live(status) {
		if (!views.day.begun) {
			views.day.begun = true;
			go(day || dayOf(status.now));
		}
	}
};
}
