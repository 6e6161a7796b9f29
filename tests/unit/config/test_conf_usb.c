/* SPDX-License-Identifier: MIT */
/* What a config may say of USB sticks. */
#include "conf_case.h"

static const struct case_row sticks[] = {
	{ROW, "usb { }\n", ""},
	{ROW, "usb { folder = \"/\" result-file = yes files-max = 1 depth-max = 0 }\n", ""},
	{ROW, "usb {\n folder = \"a/b\"\n files-max = 0\n depth-max = 9 }\n",
	 "2 bad-text, 3 bad-number, 4 bad-number"},
	{ROW, "usb { folder = \"..\" }\n", "1 bad-text"},
	{ROW, "usb { enabled = perhaps }\n", "1 bad-word"},
	/* The tone of a stick never comes out of the horns. */
	{ROW, "audio { device = \"hw:1\" }\nusb {\n monitor = \"hw:1\" }\n", "3 same-device"},
	{ROW, "audio { device = \"card:DAC\" }\nusb { monitor = \"plughw:CARD=DAC,DEV=0\" }\n",
	 "2 same-device"},
	{ROW, "audio { device = \"hw:1,0\" }\nusb { monitor = \"plughw:1\" }\n", "2 same-device"},
	{ROW, "usb { monitor = \"default\" }\n", "1 same-device"},
	{ROW, "usb { monitor = \"card:Headphones\" }\n", "1 unsure-device"},
	{ROW, "audio { device = \"card:DAC\" }\nusb { monitor = \"pulse\" }\n", "2 unsure-device"},
	{ROW, "audio { device = \"card:DAC\" }\nusb { monitor = \"card:Headphones\" }\n", ""},
	{ROW, "audio { device = \"card:DAC\" }\nusb { monitor = \"hw:0\" }\n", "2 unsure-device"},
	{ROW, "audio { device = \"usb:1-1.2\" }\nusb { monitor = \"card:DAC\" }\n",
	 "2 unsure-device"},
	{ROW, "audio { device = \"hw:0\" }\nusb { monitor = \"hw:1\" }\n", ""},
	{ROW, "led \"a\" { line = \"GPIO1\" shows = \"usb\" }\n", ""},
};

static void sticks_are_checked(void **state)
{
	(void)state;
	check_rows(sticks, CHECK_COUNT(sticks), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sticks_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
