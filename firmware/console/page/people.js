// SPDX-License-Identifier: MIT
// Accounts: the own one, and for approvers all of them.
"use strict";
{
async function change(event) {
	event.preventDefault();
	const answer = await order($("change"), "/api/v1/password", {old: $("old").value, new: $("new").value}, () => t("people.changed"));
	if (answer) {
		box.who = answer;
		listen();
		$("old").value = $("new").value = "";
	}
}
async function logOut() {
	await ask("DELETE", "/api/v1/session", undefined, true);
	leave();
}
async function invite(event) {
	event.preventDefault();
	const answer = await order($("invite"), "/api/v1/accounts", {name: $("person").value, role: $("role").value});
	if (!answer)
		return;
	$("code-for").hidden = false;
	fill($("code-for"), el("p", {text: t("people.code", answer.name)}), el("p", {class: "code", text: answer.code}));
	$("person").value = "";
	load();
}
async function remove(name) {
	if (!await confirmed(t("people.removeAsk", name), t("people.removeText"), t("people.remove"), true))
		return;
	if (await ask("DELETE", "/api/v1/accounts?name=" + encodeURIComponent(name)))
		say(t("people.removed", name));
	load();
}
async function load() {
	const answer = await ask("GET", "/api/v1/accounts", undefined, true);
	if (!answer || !answer.ok || !$("account-list"))
		return;
	fill($("account-list"), ...answer.accounts.map(one => el("li", {}, el("div", {class: "name", text: one.name}),
		el("div", {class: "muted", text: (one.machine ? t("role.machine", t("role." + one.role)) : t("role." + one.role)) + (one.invited ? " · " + t("people.invited") : "")}),
		one.name === box.who.name ? null : el("div", {class: "row"}, el("button", {type: "button", class: "danger",
			text: t("people.remove"), "aria-label": t("people.remove") + ": " + one.name, on: {click: () => remove(one.name)}})))));
}
views.people = {
	draw(main) {
		fill(main, el("h1", {text: t("people")}),
			el("p", {text: t("people.me", box.who.name, t("role." + box.who.role))}),
			el("button", {type: "button", id: "logout", text: t("people.logout"), on: {click: logOut}}),
			el("div", {class: "columns"},
				el("form", {class: "card", on: {submit: change}}, el("h2", {text: t("people.change")}),
					...field("old", t("people.old"), {type: "password", required: true, autocomplete: "current-password"}),
					...field("new", t("people.new"), {type: "password", required: true, minlength: "10", autocomplete: "new-password"}),
					el("div", {class: "row"}, el("button", {id: "change", text: t("people.change")}))),
				may("approver") ? el("form", {class: "card", on: {submit: invite}}, el("h2", {text: t("people.invite")}),
					...field("person", t("people.name"), {required: true, maxlength: "47", autocomplete: "off"}),
					...field("role", t("people.role"), {options: true},
						...["operator", "viewer", "approver"].map(role => el("option", {value: role, text: t("role." + role)}))),
					el("div", {class: "row"}, el("button", {class: "main", id: "invite", text: t("people.go")})),
					el("div", {id: "code-for", class: "effect", role: "status", hidden: true})) : null),
			may("approver") ? el("h2", {text: t("people.all")}) : null,
			may("approver") ? el("ul", {id: "account-list", class: "list"}) : null);
		if (may("approver"))
			load();
	}
};
}
