# SPDX-License-Identifier: MIT
# cmake -DFILES=a;b -DFOLDER=... -DOUT=page_embedded.h -P embed.cmake: files as bytes of a C header.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")
set(arrays "")
set(table "")
set(number 0)
foreach(file ${FILES})
  file(READ ${FOLDER}/${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
    "\\1\n" bytes "${bytes}")
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  string(APPEND arrays "static const unsigned char page_${number}[] = {\n${bytes}\n};\n")
  string(APPEND table "\t{\"${file}\", \"${type_${extension}}\", page_${number}, sizeof(page_${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "/* Made of firmware/console/page/ by its embed.cmake. */
#include <stddef.h>
${arrays}
struct page_file {
\tconst char *name, *type;
\tconst unsigned char *bytes;
\tsize_t n;
};
static const struct page_file page_files[] = {
${table}};
")
