/* SPDX-License-Identifier: MIT */
/* The one table of abbreviations, and the units. */
#include <string.h>

#include "spoken_internal.h"

/*
 * Longer ones before those they begin with. An ambiguous one is a word or a syllable in capitals
 * too: it is read out only where the words beside it are not in capitals. One that is "followed"
 * wants a name or a number behind it.
 */
static const struct abbreviation {
	const char *written, *read;
	bool ambiguous, followed;
} abbreviations[] = {
	{"TP. HCM", "thành phố Hồ Chí Minh", false, false},
	{"TP.HCM", "thành phố Hồ Chí Minh", false, false},
	{"TPHCM", "thành phố Hồ Chí Minh", false, false},
	{"UBMTTQ", "ủy ban mặt trận tổ quốc", false, false},
	{"UBND", "ủy ban nhân dân", false, false},
	{"HĐND", "hội đồng nhân dân", false, false},
	{"MTTQ", "mặt trận tổ quốc", false, false},
	{"TTXVN", "thông tấn xã Việt Nam", false, false},
	{"TTg", "thủ tướng", false, false},
	{"NĐ-CP", "nghị định của Chính phủ", false, false},
	{"NQ-CP", "nghị quyết của Chính phủ", false, false},
	{"QĐ-TTg", "quyết định của Thủ tướng Chính phủ", false, false},
	{"CT-TTg", "chỉ thị của Thủ tướng Chính phủ", false, false},
	{"TT-BTTTT", "thông tư của Bộ Thông tin và Truyền thông", false, false},
	{"BTTTT", "bộ thông tin và truyền thông", false, false},
	{"BCHQS", "ban chỉ huy quân sự", false, false},
	{"BCH", "ban chấp hành", false, false},
	{"BCĐ", "ban chỉ đạo", false, false},
	{"BTC", "ban tổ chức", false, false},
	{"BQL", "ban quản lý", false, false},
	{"HTX", "hợp tác xã", false, false},
	{"KDC", "khu dân cư", false, false},
	{"TDP", "tổ dân phố", false, false},
	{"KCN", "khu công nghiệp", false, false},
	{"CSGT", "cảnh sát giao thông", false, false},
	{"PCCC", "phòng cháy chữa cháy", false, false},
	{"CNCH", "cứu nạn cứu hộ", false, false},
	{"PCTT", "phòng chống thiên tai", false, false},
	{"TKCN", "tìm kiếm cứu nạn", false, false},
	{"ATGT", "an toàn giao thông", false, false},
	{"ANTT", "an ninh trật tự", false, false},
	{"VSATTP", "vệ sinh an toàn thực phẩm", false, false},
	{"ATTP", "an toàn thực phẩm", false, false},
	{"BVTE", "bảo vệ trẻ em", false, false},
	{"BHYT", "bảo hiểm y tế", false, false},
	{"BHXH", "bảo hiểm xã hội", false, false},
	{"CCCD", "căn cước công dân", false, false},
	{"NVQS", "nghĩa vụ quân sự", false, false},
	{"THCS", "trung học cơ sở", false, false},
	{"THPT", "trung học phổ thông", false, false},
	{"TNCS", "thanh niên cộng sản", false, false},
	{"LHPN", "liên hiệp phụ nữ", false, false},
	{"CCB", "cựu chiến binh", false, false},
	{"CLB", "câu lạc bộ", false, false},
	{"LHQ", "liên hợp quốc", false, false},
	{"GD&ĐT", "giáo dục và đào tạo", false, false},
	{"GDĐT", "giáo dục và đào tạo", false, false},
	{"VH-XH", "văn hóa xã hội", false, false},
	{"VHXH", "văn hóa xã hội", false, false},
	{"LĐ-TB&XH", "lao động, thương binh và xã hội", false, false},
	{"LĐTBXH", "lao động, thương binh và xã hội", false, false},
	{"SĐT", "số điện thoại", false, false},
	{"ĐT:", "điện thoại", false, false},
	{"đ/c", "đồng chí", false, false},
	{"Đ/c", "đồng chí", false, false},
	{"TW", "trung ương", false, false},
	{"VN", "Việt Nam", false, false},
	{"TP.", "thành phố", false, true},
	{"Tp.", "thành phố", false, true},
	{"TX.", "thị xã", false, true},
	{"TT.", "thị trấn", false, true},
	{"P.", "phường", false, true},
	{"Q.", "quận", false, true},
	{"H.", "huyện", false, true},
	{"X.", "xã", false, true},
	{"TP", "thành phố", false, false},
	{"NĐ", "nghị định", false, false},
	{"QĐ", "quyết định", false, false},
	{"NQ", "nghị quyết", false, false},
	{"KH", "kế hoạch", true, false},
	{"CA", "công an", true, false},
};

static const struct {
	const char *written, *read;
} units[] =
	{
		{"%", "phần trăm"},
		{"km/h", "ki lô mét trên giờ"},
		{"km²", "ki lô mét vuông"},
		{"km2", "ki lô mét vuông"},
		{"km", "ki lô mét"},
		{"m²", "mét vuông"},
		{"m2", "mét vuông"},
		{"m³", "mét khối"},
		{"m3", "mét khối"},
		{"cm", "xăng ti mét"},
		{"mm", "mi li mét"},
		{"m", "mét"},
		{"kg", "ki lô gam"},
		{"ha", "héc ta"},
		{"°C", "độ C"},
		{"VNĐ", "đồng"},
		{"VND", "đồng"},
		{"đ", "đồng"},
		{"tr", "triệu"},
},
  kinds[] = {{"NĐ", "nghị định"}, {"QĐ", "quyết định"}, {"NQ", "nghị quyết"}, {"KH", "kế hoạch"},
	     {"CT", "chỉ thị"},	  {"TT", "thông tư"},	{"CV", "công văn"},   {"BC", "báo cáo"},
	     {"TB", "thông báo"}, {"HD", "hướng dẫn"},	{"TTr", "tờ trình"}},
  issuers[] = {
	  {"UBND", "Ủy ban nhân dân"},
	  {"HĐND", "Hội đồng nhân dân"},
	  {"CP", "Chính phủ"},
	  {"TTg", "Thủ tướng Chính phủ"},
	  {"QH", "Quốc hội"},
	  {"TW", "Trung ương"},
	  {"BTTTT", "Bộ Thông tin và Truyền thông"},
	  {"BYT", "Bộ Y tế"},
	  {"BCA", "Bộ Công an"},
	  {"BGDĐT", "Bộ Giáo dục và Đào tạo"},
	  {"BLĐTBXH", "Bộ Lao động, Thương binh và Xã hội"},
	  {"BVHTTDL", "Bộ Văn hóa, Thể thao và Du lịch"},
};

/* The code point at 'at' and its bytes; the text is valid UTF-8. */
static uint32_t code_point(const char *at, size_t *ret_n)
{
	const unsigned char *u = (const unsigned char *)at;

	if (u[0] < 0x80) {
		*ret_n = 1;
		return u[0];
	}
	if (u[0] < 0xe0) {
		*ret_n = 2;
		return (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
	}
	if (u[0] < 0xf0) {
		*ret_n = 3;
		return (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
	}
	*ret_n = 4;
	return 0x10000; /* no letter of ours */
}

/* Letters of Vietnamese: Latin, Latin-1, Latin Extended-A and -B, Latin Extended Additional. */
static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) || (c >= 0x1e00 && c <= 0x1eff);
}

static bool is_capital(uint32_t c)
{
	if (c < 0x100)
		return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7);
	if (c == 0x1a0 || c == 0x1af)
		return true;
	return is_letter(c) && c != 0x1a1 && c != 0x1b0 && c % 2 == 0;
}

bool spoken_is_letter(const char *at)
{
	size_t n;

	return *at && is_letter(code_point(at, &n));
}

/* At least two letters, all of them capitals. */
static bool is_shouted(const char *word, const char *end)
{
	size_t letters = 0, n;

	for (; word < end; word += n) {
		uint32_t c = code_point(word, &n);

		if (is_letter(c) && !is_capital(c))
			return false;
		letters += is_letter(c);
	}
	return letters >= 2;
}

static const char *word_end(const char *at)
{
	size_t n;

	while (*at && is_letter(code_point(at, &n)))
		at += n;
	return at;
}

static bool among_shouted(const char *text, const char *at, const char *end)
{
	const char *next = end, *from = at;

	while (*next == ' ')
		next++;
	if (is_shouted(next, word_end(next)))
		return true;
	while (from > text && from[-1] == ' ')
		from--;
	at = from;
	while (from > text && (from[-1] & 0x80 || (from[-1] | 0x20) >= 'a'))
		from--;
	return is_shouted(from, at);
}

static bool name_follows(const char *at)
{
	size_t n;

	while (*at == ' ')
		at++;
	return (*at >= '0' && *at <= '9') || (*at && is_capital(code_point(at, &n)));
}

/* Ends the word there: "UBND," does, "UBNDX" does not. */
static bool ends_word(const char *at, const char *written)
{
	char last = written[strlen(written) - 1];

	return last == '.' || last == ':' || !(spoken_is_letter(at) || (*at >= '0' && *at <= '9'));
}

static size_t own_abbreviation(const char *at, const struct spoken_own *own, struct spoken_out *out)
{
	for (size_t i = 0; own && i < own->n; i++) {
		const char *entry = own->entries[i], *equals = strchr(entry, '=');
		const char *read = equals ? equals + 1 : "";
		size_t n = equals ? (size_t)(equals - entry) : 0;

		while (n > 0 && entry[n - 1] == ' ')
			n--;
		while (*read == ' ')
			read++;
		if (n == 0 || strncmp(at, entry, n) != 0 || spoken_is_letter(at + n) ||
		    (at[n] >= '0' && at[n] <= '9'))
			continue;
		spoken_put_word(out, read);
		return n;
	}
	return 0;
}

size_t spoken_abbreviation(const char *text, const char *at, const struct spoken_own *own,
			   struct spoken_out *out)
{
	size_t taken = own_abbreviation(at, own, out);

	if (taken)
		return taken;
	for (size_t i = 0; i < sizeof(abbreviations) / sizeof(abbreviations[0]); i++) {
		const struct abbreviation *a = &abbreviations[i];
		size_t n = strlen(a->written);

		if (strncmp(at, a->written, n) != 0 || !ends_word(at + n, a->written))
			continue;
		if ((a->followed && !name_follows(at + n)) ||
		    (a->ambiguous && among_shouted(text, at, at + n)))
			continue;
		spoken_put_word(out, a->read);
		return n;
	}
	return 0;
}

size_t spoken_unit(const char *at, struct spoken_out *out)
{
	size_t blanks = strspn(at, " ");

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i].written);

		if (strncmp(at + blanks, units[i].written, n) != 0)
			continue;
		if (units[i].written[0] != '%' &&
		    (spoken_is_letter(at + blanks + n) ||
		     (at[blanks + n] >= '0' && at[blanks + n] <= '9')))
			continue;
		spoken_put_word(out, units[i].read);
		return blanks + n;
	}
	return 0;
}

const char *spoken_issuer(const char *at, size_t n)
{
	for (size_t i = 0; i < sizeof(issuers) / sizeof(issuers[0]); i++)
		if (strlen(issuers[i].written) == n && memcmp(issuers[i].written, at, n) == 0)
			return issuers[i].read;
	return NULL;
}

const char *spoken_kind(const char *at, size_t n)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(kinds[i].written) == n && memcmp(kinds[i].written, at, n) == 0)
			return kinds[i].read;
	return NULL;
}
