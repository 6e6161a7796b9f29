# SPDX-License-Identifier: MIT
# cmake -DFILES=a;b -DFOLDER=... -DOUT=page_embedded.h -P embed.cmake: files as bytes of a C header, each as it is and
# compressed: an old phone at the edge of the network waits for a quarter of it.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")
set(arrays "")
set(table "")
set(number 0)

function(add_array name path)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(................................................................................)"
    "\\1\n" bytes "${bytes}")
  set(arrays "${arrays}static const unsigned char ${name}[] = {\n${bytes}\n};\n" PARENT_SCOPE)
endfunction()

foreach(file ${FILES})
  execute_process(COMMAND gzip -9 -n -c ${FOLDER}/${file} OUTPUT_FILE ${OUT}.gz COMMAND_ERROR_IS_FATAL ANY)
  add_array(page_${number} ${FOLDER}/${file})
  add_array(page_${number}_gzip ${OUT}.gz)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  string(APPEND table "\t{\"${file}\", \"${type_${extension}}\", page_${number}, sizeof(page_${number}),\n"
    "\t page_${number}_gzip, sizeof(page_${number}_gzip)},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(REMOVE ${OUT}.gz)
file(WRITE ${OUT} "/* Made of firmware/console/page/ by its embed.cmake. */
#include <stddef.h>
${arrays}
struct page_file {
\tconst char *name, *type;
\tconst unsigned char *bytes;
\tsize_t n;
\tconst unsigned char *gzip;
\tsize_t n_gzip;
};
static const struct page_file page_files[] = {
${table}};
")
