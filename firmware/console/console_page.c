/* SPDX-License-Identifier: MIT */
/* Pages: the files of page/, which are part of the program, and the list of all routes. */
#include "console_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page_embedded.h"
#include "words.h"

/* "gzip" among the encodings, and not with the weight 0 (RFC 9110, 12.5.3). */
static bool takes_gzip(const struct visit *visit)
{
	const char *accepts = http_header(visit->request, "Accept-Encoding");
	const char *gzip = accepts ? strstr(accepts, "gzip") : NULL;
	double weight;

	if (!gzip)
		return false;
	return sscanf(gzip, "gzip ; q = %lf", &weight) != 1 || weight > 0;
}

static void answer_file(struct visit *visit, const struct page_file *file)
{
	/* Asked anew each time: a new version of the box is a new page at once. */
	http_extra(visit->request, "Cache-Control", "no-cache");
	http_extra(visit->request, "Vary", "Accept-Encoding");
	if (!takes_gzip(visit)) {
		http_answer_static(visit->request, file->type, file->bytes, file->n);
		return;
	}
	http_extra(visit->request, "Content-Encoding", "gzip");
	http_answer_static(visit->request, file->type, file->gzip, file->n_gzip);
}

void visit_page(struct visit *visit)
{
	const char *path = http_path(visit->request);

	if (strcmp(path, "/") == 0)
		path = "/index.html";
	for (size_t i = 0; i < sizeof(page_files) / sizeof(page_files[0]); i++) {
		const struct page_file *file = &page_files[i];

		if (strcmp(file->name, path + 1) != 0)
			continue;
		answer_file(visit, file);
		return;
	}
	visit_refuse(visit, 404, "no-such-page",
		     N_("There is no such page. Begin at the first page, /."));
}

/* Text of ours has no quotes of HTML but < and > and &. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			fputc(*text, out);
	}
}

static void put_route(FILE *out, const struct route *route)
{
	static const char *const methods[] = {[HTTP_GET] = "GET",
					      [HTTP_POST] = "POST",
					      [HTTP_PUT] = "PUT",
					      [HTTP_DELETE] = "DELETE"};

	fprintf(out, "<tr><td>%s</td><td><code>%s</code></td><td>%s</td><td>",
		methods[route->method], route->path, account_role_name(route->role));
	put_text(out, route->parameters);
	fputs("</td><td>", out);
	put_text(out, _(route->does));
	fputs("</td></tr>\n", out);
}

static void put_list(FILE *out)
{
	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		"<meta name=\"viewport\" content=\"width=device-width\">"
		"<title>loaphuong API</title><link rel=\"stylesheet\" href=\"/console.css\"></head>"
		"<body class=\"plain\"><main><h1>loaphuong API</h1>\n<p>",
		words_language());
	put_text(out,
		 _("Answers are JSON: \"ok\", and with false \"error\" (a stable word) and "
		   "\"message\" "
		   "(for people). Requests that change something want the session's cookie, the "
		   "header "
		   "X-CSRF-Token (from GET /api/v1/session) and an Origin of this host. Every "
		   "request "
		   "takes language=vi or en. What the requests of the station answer stands in "
		   "loaphuong-console(8)."));
	fprintf(out,
		"</p>\n<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th><th>%s</th>"
		"</tr></thead><tbody>\n",
		_("Method"), _("Path"), _("Role"), _("Values"), _("What it does"));
	for (const struct route *route = console_routes; route->path; route++)
		put_route(out, route);
	fputs("</tbody></table></main></body></html>\n", out);
}

void visit_list_routes(struct visit *visit)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (out) {
		words_use(visit->language);
		put_list(out);
		words_use(NULL);
		fclose(out);
	}
	http_answer(visit->request, out ? 200 : 503, "text/html; charset=utf-8", text, n);
	free(text);
}
