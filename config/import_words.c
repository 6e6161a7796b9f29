/* SPDX-License-Identifier: MIT */
#include "import_words.h"

#include <stdio.h>
#include <string.h>

#include "words.h"

struct text {
	const char *code, *english;
};

static const struct text refusals[] = {
	{"not-audio", N_("This is no recording we can read: give an MP3, or what a phone records "
			 "(M4A, AAC, AMR, MP4, 3GP, WAV, FLAC, OGG, OPUS, WebM).")},
	{"empty", N_("The file is empty or holds no sound: copy it again.")},
	{"truncated", N_("The recording breaks off: it was not copied to its end. Copy the file "
			 "again and wait until the copy is done.")},
	{"mixed", N_("The recording changes its format in the middle, or holds foreign data: save "
		     "it as MP3 anew.")},
	{"lying", N_("The recording is not as long as it says: save it as MP3 anew.")},
	{"too-short", N_("The recording is shorter than 0.3 s, too short to be heard: record it "
			 "again.")},
	{"too-long", N_("The recording is too long: more than two hours, or more than 200 MiB as "
			"MP3. Cut it into parts.")},
	{"too-large", N_("The file is larger than 200 MiB: cut the recording into parts.")},
	{"silent", N_("Nothing can be heard in the recording: look at the microphone and record it "
		      "again.")},
	{"cancels", N_("The two channels of the recording cancel each other out: save it in mono, "
		       "from one channel.")},
	{"clipped", N_("The recording is overdriven, the words are torn: record it again, quieter "
		       "or farther from the microphone.")},
	{"too-quiet", N_("The recording is so quiet that amplified it would be mostly noise: "
			 "record it again, closer to the microphone.")},
	{"no-sound", N_("The video has no sound: record it again with the microphone on.")},
	{"no-converter", N_("To take in what is no MP3 the box needs the package ffmpeg: have it "
			    "installed (apt install ffmpeg), or save the recording as MP3.")},
	{"damaged", N_("The file is damaged and cannot be converted: copy it again, or save it as "
		       "MP3.")},
	{"undecodable", N_("The recording cannot be decoded: save it as MP3 anew.")},
	{"title-too-long", N_("The title is too long: use at most 255 bytes.")},
	{"bad-name", N_("That cannot be a clip's name: use letters, digits and dashes.")},
	{"exists", N_("There is another recording of that name: to keep both, give this one "
		      "another name (clip add: --as NAME); to replace it: --replace.")},
	{"no-file", N_("This is no ordinary file: put a copy of the recording here.")},
	{"unreadable", N_("The file cannot be read from the stick: copy it onto another stick, "
			  "and eject the stick before you pull it out of the computer.")},
	{"pulled-out", N_("The stick was pulled out before everything was read: plug it in again "
			  "and wait until the light says that it is done.")},
	{"no-folder", N_("The stick has no folder LOAPHUONG: make one on the computer and put the "
			 "recordings into it.")},
	{"not-a-stick", N_("The stick cannot be read: format it as FAT32 or exFAT on the computer "
			   "and copy the recordings onto it again.")},
	{"stopped", N_("The stick was not read to its end: pull it out and plug it in again.")},
	{"disk", N_("The recording could not be written: make room on the memory card, then try "
		    "again.")},
};

static const struct text warnings[] = {
	{"quiet", N_("The recording is so quiet that it stays below the others even when it is "
		     "amplified; record it again, closer to the microphone.")},
	{"noisy", N_("The recording is noisy, and the noise is amplified with it; record it again "
		     "in a quiet room, closer to the microphone.")},
	{"overdriven", N_("The recording is overdriven in places; it would be clearer recorded "
			  "again, quieter.")},
};

static const char *find(const struct text *texts, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(texts[i].code, code) == 0)
			return words(texts[i].english);
	return NULL;
}

const char *import_refusal(const char *code)
{
	const char *text = find(refusals, sizeof(refusals) / sizeof(refusals[0]), code);

	return text ? text : _("The recording cannot be used; try another copy of it.");
}

static void long_silence(const struct import_warning *warning, char *ret, size_t n)
{
	int64_t at_s = warning->at_us / 1000000, long_s = warning->long_us / 1000000;

	snprintf(ret, n,
		 _("Nothing can be heard for %d min %02d s in the middle, from %d:%02d on; cut it "
		   "out if that is not meant."),
		 (int)(long_s / 60), (int)(long_s % 60), (int)(at_s / 60), (int)(at_s % 60));
}

void import_warning_text(const struct import_warning *warning, char *ret, size_t n)
{
	const char *text = find(warnings, sizeof(warnings) / sizeof(warnings[0]), warning->code);

	if (strcmp(warning->code, "same-recording") == 0)
		snprintf(ret, n, _("The clip \"%s\" has the same recording."), warning->same_as);
	else if (strcmp(warning->code, "long-silence") == 0)
		long_silence(warning, ret, n);
	else
		snprintf(ret, n, "%s", text ? text : warning->code);
}
