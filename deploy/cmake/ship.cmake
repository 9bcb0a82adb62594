# Writes the files of the folder `templates` as the C file `out`: the table notify_shipped.
file(GLOB files RELATIVE ${templates} ${templates}/*)
list(SORT files)
set(bytes "")
set(rows "")
set(index 0)
foreach(file ${files})
  file(READ ${templates}/${file} hex HEX)
  string(LENGTH "${hex}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
  string(APPEND bytes "static const unsigned char file_${index}[] = {${hex}0};\n")
  string(APPEND rows "\t{\"${file}\", file_${index}, ${length}},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${out}.new "#include \"services/notification/notify_templates.h\"\n\n${bytes}
const struct notify_shipped notify_shipped[] = {\n${rows}};
const size_t notify_shipped_count = ${index};\n")
file(RENAME ${out}.new ${out})
