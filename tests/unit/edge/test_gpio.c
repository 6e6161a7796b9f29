/* SPDX-License-Identifier: MIT */
/* Lines of the kernel's chips. */
#include "gpio_board.h"

#include "gpio.h"

static enum gpio_state ask(const struct gpio_wish *wish, struct gpio_found *found,
			   struct gpio_line **line)
{
	struct gpio *gpio = NULL;
	enum gpio_state state;

	assert_int_equal(gpio_new("real", &gpio), 0);
	state = gpio_request(gpio, wish, found, line);
	gpio_free(gpio);
	return state;
}

struct name_row {
	int line;
	const char *name;
	enum gpio_state state;
	const char *chip;
	unsigned offset;
};

static void check_name(const struct name_row *row)
{
	struct gpio_wish wish = {.output = true};
	struct gpio_line *line = NULL;
	struct gpio_found found;

	snprintf(wish.line, sizeof(wish.line), "%s", row->name);
	check_row_int(row->line, ask(&wish, &found, &line), row->state);
	if (row->chip) {
		check_row_str(row->line, found.chip, row->chip);
		check_row_int(row->line, found.offset, row->offset);
	}
	gpio_line_free(line);
}

static void a_line_is_found_by_name_or_place(void **state)
{
	static const struct name_row rows[] = {
		{ROW, "GPIO17", GPIO_OK, "gpiochip0", 1},
		{ROW, "gpiochip0:2", GPIO_OK, "gpiochip0", 2},
		{ROW, "/dev/gpiochip0:2", GPIO_OK, "gpiochip0", 2},
		{ROW, "pinctrl-bcm2711:3", GPIO_OK, "gpiochip0", 3},
		{ROW, "X:1", GPIO_OK, "gpiochip1", 2}, /* a name may look like a place */
		{ROW, "WL_ON", GPIO_OK, "gpiochip1", 1},
		{ROW, "GPIO1", GPIO_MISSING, NULL, 0},
		{ROW, "gpio17", GPIO_MISSING, NULL, 0},
		{ROW, "gpiochip0:4", GPIO_MISSING, NULL, 0},
		{ROW, "gpiochip7:1", GPIO_MISSING, NULL, 0},
		{ROW, "GPIO17-and-a-name-that-is-longer-than-any", GPIO_MISSING, NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(rows); i++) {
		board_new();
		check_name(&rows[i]);
	}
}

/* A Raspberry Pi 5 of another week: the chip has another number, the line the same name. */
static void a_chip_may_change_its_number(void **state)
{
	static const struct name_row row = {ROW, "GPIO17", GPIO_OK, "gpiochip4", 1};

	(void)state;
	board_new();
	board.chips[0].device = "gpiochip4";
	check_name(&row);
}

static void a_link_to_a_chip_is_no_second_chip(void **state)
{
	static const struct name_row row = {ROW, "GPIO17", GPIO_OK, "gpiochip0", 1};

	(void)state;
	board_new();
	board.chips[2] = board.chips[0];
	board.chips[2].device = "gpiochip4";
	board.chips[2].type = DT_LNK;
	check_name(&row);
}

static void two_lines_of_one_name_are_refused_and_told(void **state)
{
	const struct gpio_wish wish = {.line = "GPIO17"};
	struct gpio_line *line = NULL;
	struct gpio_found found;

	(void)state;
	board_new();
	board.chips[1].lines[3].name = "GPIO17";
	assert_int_equal(ask(&wish, &found, &line), GPIO_AMBIGUOUS);
	assert_string_equal(found.chip, "gpiochip0");
	assert_int_equal(found.offset, 1);
	assert_string_equal(found.other_chip, "gpiochip1");
	assert_int_equal(found.other_offset, 3);
	assert_null(line);
}

static void why_a_line_cannot_be_had(void **state)
{
	const struct gpio_wish wish = {.line = "GPIO17"};
	struct gpio_line *line = NULL;
	struct gpio_found found;

	(void)state;
	board_new();
	board.chips[0].lines[1].consumer = "gpio-keys";
	assert_int_equal(ask(&wish, &found, &line), GPIO_BUSY);
	assert_string_equal(found.consumer, "gpio-keys");
	board_new();
	board.chips[0].open_error = EACCES;
	assert_int_equal(ask(&wish, &found, &line), GPIO_DENIED);
	board_new();
	board.chips[0].lines[1].no_interrupt = true;
	assert_int_equal(ask(&wish, &found, &line), GPIO_NO_EDGES);
	board_new();
	board.chips[0].device = NULL;
	assert_int_equal(ask(&wish, &found, &line), GPIO_MISSING);
	assert_int_equal(found.n_chips, 0);
	assert_null(line);
}

static void the_request_is_what_was_wished(void **state)
{
	struct gpio_wish wish = {
		.line = "GPIO17", .active_low = true, .bias = GPIO_PULL_UP, .debounce_us = 30000};
	struct gpio_line *line = NULL;
	struct gpio_found found;

	(void)state;
	board_new();
	board.chips[0].lines[1].level = 1;
	assert_int_equal(ask(&wish, &found, &line), GPIO_OK);
	assert_true(found.level && found.debounced);
	assert_int_equal(board.last.config.flags,
			 GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING |
				 GPIO_V2_LINE_FLAG_EDGE_FALLING | GPIO_V2_LINE_FLAG_ACTIVE_LOW |
				 GPIO_V2_LINE_FLAG_BIAS_PULL_UP);
	assert_int_equal(board.last.config.attrs[0].attr.debounce_period_us, 30000);
	assert_int_equal(board.last.config.attrs[0].mask, 1);
	assert_string_equal(board.last.consumer, "loaphuong");
	gpio_line_free(line);
}

/* A chip that can debounce in no way: the line is had without, and says so. */
static void without_debounce_where_the_chip_has_none(void **state)
{
	static const int errors[] = {EINVAL, EOPNOTSUPP, 524 /* the kernel's ENOTSUPP */};
	const struct gpio_wish wish = {.line = "GPIO17", .debounce_us = 30000};

	(void)state;
	for (size_t i = 0; i < CHECK_COUNT(errors); i++) {
		struct gpio_line *line = NULL;
		struct gpio_found found;

		board_new();
		board.chips[0].debounce_error = errors[i];
		assert_int_equal(ask(&wish, &found, &line), GPIO_OK);
		assert_false(found.debounced);
		gpio_line_free(line);
	}
}

static void an_output_begins_off_and_ends_off(void **state)
{
	const struct gpio_wish wish = {.line = "GPIO27", .output = true};
	struct gpio_line *line = NULL;
	struct gpio_found found;
	int fd;

	(void)state;
	board_new();
	assert_int_equal(ask(&wish, &found, &line), GPIO_OK);
	fd = gpio_line_fd(line);
	assert_int_equal(board.set[fd], 0);
	assert_int_equal(gpio_line_set(line, true), 0);
	assert_int_equal(board.set[fd], 1);
	gpio_line_free(line);
	assert_int_equal(board.set[fd], 0);
}

static void put_edge(int fd, bool active, uint32_t seqno, int64_t at_us)
{
	struct gpio_v2_line_event event = {
		.timestamp_ns = (uint64_t)at_us * 1000,
		.id = active ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
		.seqno = seqno,
		.line_seqno = seqno,
	};

	assert_int_equal(write(board.far_end[fd], &event, sizeof(event)), sizeof(event));
}

/* GPIO17 as an input, on a board of its own. */
static struct gpio_line *button_line(void)
{
	const struct gpio_wish wish = {.line = "GPIO17"};
	struct gpio_line *line = NULL;
	struct gpio_found found;

	board_new();
	assert_int_equal(ask(&wish, &found, &line), GPIO_OK);
	return line;
}

static void edges_come_with_their_instants(void **state)
{
	struct gpio_line *line = button_line();
	struct gpio_edge edge;
	int fd = gpio_line_fd(line);

	(void)state;
	assert_int_equal(gpio_line_next(line, &edge), 0);
	for (uint32_t i = 1; i <= 40; i++)
		put_edge(fd, i % 2, i, 1000 * i);
	for (uint32_t i = 1; i <= 40; i++) {
		assert_int_equal(gpio_line_next(line, &edge), 1);
		assert_int_equal(edge.active, i % 2);
		assert_int_equal(edge.at_us, 1000 * i);
		assert_int_equal(edge.lost, 0);
	}
	assert_int_equal(gpio_line_next(line, &edge), 0);
	gpio_line_free(line);
}

/* The kernel drops the oldest when its buffer is full: counted, and the level has the last word. */
static void lost_edges_are_noticed(void **state)
{
	struct gpio_line *line = button_line();
	struct gpio_edge edge;
	int fd = gpio_line_fd(line);

	(void)state;
	put_edge(fd, true, 4, 4000); /* 1 to 3 are gone */
	put_edge(fd, false, 5, 5000);
	board.requested[fd]->level = 1;
	assert_int_equal(gpio_line_next(line, &edge), 1);
	assert_int_equal(edge.lost, 3);
	assert_int_equal(gpio_line_next(line, &edge), 1);
	assert_int_equal(edge.lost, 0);
	assert_int_equal(gpio_line_next(line, &edge), 1);
	assert_true(edge.active);
	assert_int_equal(gpio_line_next(line, &edge), 0);
	/* the numbers go round */
	put_edge(fd, true, UINT32_MAX, 6000);
	put_edge(fd, false, 0, 7000);
	assert_int_equal(gpio_line_next(line, &edge), 1);
	assert_int_equal(gpio_line_next(line, &edge), 1);
	assert_int_equal(edge.lost, 0);
	gpio_line_free(line);
}

static void nothing_stays_open(void **state)
{
	const struct gpio_wish wish = {.line = "nowhere"};
	struct gpio_line *line = NULL;
	struct gpio_found found;
	int before, after;

	(void)state;
	board_new();
	before = dup(0);
	close(before);
	for (int i = 0; i < 10; i++)
		assert_int_equal(ask(&wish, &found, &line), GPIO_MISSING);
	assert_true(board.n_open == 20);
	after = dup(0);
	close(after);
	assert_int_equal(before, after);
}

static void add_line(void *context, const struct gpio_listed *line)
{
	char *text = context;

	snprintf(text + strlen(text), 512 - strlen(text), "%s:%u %s%s, ", line->chip, line->offset,
		 line->name, line->used ? " used" : "");
}

static void all_lines_are_told(void **state)
{
	char text[512] = "";
	struct gpio *gpio = NULL;

	(void)state;
	board_new();
	board.chips[0].lines[1].consumer = "other";
	board.chips[1].open_error = EACCES;
	board.chips[2] = (struct board_chip){
		.device = "gpiochip4", .label = "pinctrl-bcm2711", .type = DT_LNK};
	assert_int_equal(gpio_new("real", &gpio), 0);
	assert_int_equal(gpio_list(gpio, add_line, text), 0);
	assert_string_equal(text,
			    "gpiochip0:0 ID_SDA, gpiochip0:1 GPIO17 used, gpiochip0:2 GPIO27, "
			    "gpiochip0:3 , ");
	board.chips[0].open_error = EACCES;
	text[0] = '\0';
	assert_int_equal(gpio_list(gpio, add_line, text), -EACCES);
	assert_string_equal(text, "");
	gpio_free(gpio);
}

static void a_place_for_lines_is_known_or_refused(void **state)
{
	struct gpio *gpio = NULL;

	(void)state;
	assert_int_equal(gpio_new("real", &gpio), 0);
	gpio = gpio_free(gpio);
	assert_int_equal(gpio_new("none", &gpio), -EINVAL);
	assert_int_equal(gpio_new("sim:", &gpio), -EINVAL);
	assert_null(gpio_free(NULL));
	assert_null(gpio_line_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_found_by_name_or_place),
		cmocka_unit_test(a_chip_may_change_its_number),
		cmocka_unit_test(a_link_to_a_chip_is_no_second_chip),
		cmocka_unit_test(two_lines_of_one_name_are_refused_and_told),
		cmocka_unit_test(why_a_line_cannot_be_had),
		cmocka_unit_test(the_request_is_what_was_wished),
		cmocka_unit_test(without_debounce_where_the_chip_has_none),
		cmocka_unit_test(an_output_begins_off_and_ends_off),
		cmocka_unit_test(edges_come_with_their_instants),
		cmocka_unit_test(lost_edges_are_noticed),
		cmocka_unit_test(nothing_stays_open),
		cmocka_unit_test(all_lines_are_told),
		cmocka_unit_test(a_place_for_lines_is_known_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
