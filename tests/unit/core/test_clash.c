/* SPDX-License-Identifier: MIT */
/* A recording that comes in under a name that is taken. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "clash.h"

/* "name=F" free, D draft, R recorded, S the same; what is not listed is free. */
static enum clash_there look(void *context, const char *name)
{
	const char *shelf = context, *at = shelf;
	size_t n = strlen(name);

	while ((at = strstr(at, name))) {
		if ((at == shelf || at[-1] == ' ') && at[n] == '=')
			return at[n + 1] == 'D'	  ? CLASH_DRAFT
			       : at[n + 1] == 'R' ? CLASH_RECORDED
			       : at[n + 1] == 'S' ? CLASH_SAME
						  : CLASH_FREE;
		at++;
	}
	return CLASH_FREE;
}

static const struct {
	int line;
	const char *shelf;
	enum clash_rule rule;
	enum clash_answer want;
	const char *name;
} rows[] = {
	{ROW, "", CLASH_ASK, CLASH_TAKE, "a"},
	{ROW, "a=D", CLASH_ASK, CLASH_OVER, "a"},
	{ROW, "a=R", CLASH_ASK, CLASH_REFUSED, "a"},
	{ROW, "a=S", CLASH_ASK, CLASH_KNOWN, "a"},
	{ROW, "", CLASH_REPLACE, CLASH_TAKE, "a"},
	{ROW, "a=D", CLASH_REPLACE, CLASH_OVER, "a"},
	{ROW, "a=R", CLASH_REPLACE, CLASH_OVER, "a"},
	{ROW, "a=S", CLASH_REPLACE, CLASH_KNOWN, "a"},
	{ROW, "", CLASH_VERSION, CLASH_TAKE, "a"},
	{ROW, "a=D", CLASH_VERSION, CLASH_OVER, "a"},
	{ROW, "a=S", CLASH_VERSION, CLASH_KNOWN, "a"},
	{ROW, "a=R", CLASH_VERSION, CLASH_TAKE, "a-2"},
	{ROW, "a=R a-2=R", CLASH_VERSION, CLASH_TAKE, "a-3"},
	{ROW, "a=R a-2=S", CLASH_VERSION, CLASH_KNOWN, "a-2"},
	/* a draft of another name is not what was meant */
	{ROW, "a=R a-2=D", CLASH_VERSION, CLASH_TAKE, "a-3"},
};

static void the_rule_is_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		char name[LIMIT_NAME] = "";
		char *shelf = strdup(rows[i].shelf);

		check_row_int(rows[i].line, clash_settle("a", rows[i].rule, look, shelf, name),
			      rows[i].want);
		check_row_str(rows[i].line, name, rows[i].name);
		free(shelf);
	}
}

static enum clash_there all_taken(void *context, const char *name)
{
	unsigned *asked = context;

	(*asked)++;
	assert_true(strlen(name) < LIMIT_NAME);
	return CLASH_RECORDED;
}

static void versions_come_to_an_end(void **state)
{
	char name[LIMIT_NAME];
	unsigned asked = 0;

	(void)state;
	assert_int_equal(clash_settle("a", CLASH_VERSION, all_taken, &asked, name), CLASH_FULL);
	assert_int_equal(asked, CLASH_VERSIONS);
}

static enum clash_there first_taken(void *context, const char *name)
{
	return strcmp(context, name) == 0 ? CLASH_RECORDED : CLASH_FREE;
}

/* A name of full length makes room for its number, and keeps whole characters. */
static void a_long_name_is_shortened(void **state)
{
	char plain[LIMIT_NAME], dashed[LIMIT_NAME], accents[LIMIT_NAME] = "", name[LIMIT_NAME];

	(void)state;
	memset(plain, 'x', sizeof(plain) - 1);
	plain[sizeof(plain) - 1] = '\0';
	clash_settle(plain, CLASH_VERSION, first_taken, plain, name);
	assert_int_equal(strlen(name), LIMIT_NAME - 1);
	assert_string_equal(name + LIMIT_NAME - 3, "-2");
	memcpy(dashed, plain, sizeof(dashed));
	memset(dashed + 40, '-', 22);
	clash_settle(dashed, CLASH_VERSION, first_taken, dashed, name);
	assert_int_equal(strlen(name), 42);
	assert_string_equal(name + 39, "x-2");
	for (size_t i = 0; i < 21; i++)
		memcpy(accents + 3 * i, "ạ", sizeof("ạ"));
	clash_settle(accents, CLASH_VERSION, first_taken, accents, name);
	assert_int_equal(strlen(name), 62);
	assert_memory_equal(name, accents, 60);
	assert_string_equal(name + 60, "-2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rule_is_kept),
		cmocka_unit_test(versions_come_to_an_end),
		cmocka_unit_test(a_long_name_is_shortened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
