// SPDX-License-Identifier: MIT
// The month's report: looked at, printed, or saved as a table.
"use strict";
{
let month = "";
const path = kind => "/api/v1/report" + kind + "?month=" + month + "&language=" + language;

// Asked for first, so that a refusal is said here and not shown in a frame.
async function show(event) {
	event.preventDefault();
	month = $("month-of").value;
	fill($("report"), el("p", {text: t("report.making")}));
	let answer = null;
	try {
		answer = await fetch(path(""), {cache: "no-store"});
	} catch (error) {
		// said below
	}
	if (!$("report"))
		return;
	if (!answer || !answer.ok) {
		const why = answer ? await answer.json().catch(() => null) : null;
		fill($("report"), el("p", {class: "fault", text: why ? why.message : t("unreachable")}));
		return;
	}
	const frame = el("iframe", {id: "paper", title: t("report"), src: path("")});
	fill($("report"), el("div", {class: "row"},
		el("button", {type: "button", class: "main", id: "print", text: t("report.print"), on: {click: () => frame.contentWindow.print()}}),
		el("a", {class: "button", id: "open", href: path(""), target: "_blank", rel: "noopener", text: t("report.open")}),
		el("a", {class: "button", id: "table", href: path(".csv"), download: "", text: t("report.table")})), frame);
}
views.report = {
	draw(main) {
		fill(main, el("h1", {text: t("report")}), el("p", {text: t("report.text")}),
			el("form", {class: "row", on: {submit: show}}, el("div", {class: "grow"}, ...field("month-of", t("report.month"), {type: "month", required: true, value: month})),
				el("button", {class: "main", id: "make", text: t("report.make")})),
			el("div", {id: "report", role: "status"}));
	},
	live(status) {
		if (!$("month-of").value) {
			month = status.now.slice(0, 7);
			$("month-of").value = month;
		}
	}
};
}
