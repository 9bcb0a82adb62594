#!/usr/bin/env bash
# The example settings are accepted by the programs that they are for, and a wrong key is not.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

for name in task office notification reporting; do
	program=$build_dir/bin/dondoc-$name
	[ -x "$program" ] || skip "dondoc-$name is not built"
	"$program" --check --config "$source_dir/deploy/config/$name.yaml" >"$tmp/words" 2>&1
	code=$?
	if [ "$name" = office ]; then # it looks at the machine too, which has no such key
		[ "$code" -eq 100 ] || fault "office.yaml: $code without a key"
		says "FAULT   settings and key: office." "$(cat "$tmp/words")" "office.yaml"
	else
		[ "$code" -eq 0 ] || fault "$name.yaml: $(cat "$tmp/words")"
	fi

	sed "s/^  data_dir:/  data_dri:/" "$source_dir/deploy/config/$name.yaml" >"$tmp/$name.yaml"
	"$program" --check --config "$tmp/$name.yaml" >"$tmp/words" 2>&1
	[ $? -eq 100 ] || fault "a wrong key in $name.yaml did not end with 100"
	says "data_dri" "$(cat "$tmp/words")" "a wrong key in $name.yaml"
done
exit "$failed"
