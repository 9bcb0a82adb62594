# shellcheck shell=bash
# bench_table.sh - medians over the rounds, and ratios, from the lines of JSON.

# Of each line the fields named, with tabs between; lines that lack one are left out.
table_fields() {
	awk -v names="$*" '
		function field(name,    at) {
			at = index($0, "\"" name "\":")
			if (at == 0) return ""
			value = substr($0, at + length(name) + 3)
			if (substr(value, 1, 1) == "\"") return substr(value, 2, index(substr(value, 2), "\"") - 1)
			return substr(value, 1, match(value, /[,}]/) - 1)
		}
		{
			count = split(names, name, " ")
			out = ""
			for (i = 1; i <= count; i++) {
				if ((text = field(name[i])) == "") next
				out = out (i > 1 ? "\t" : "") text
			}
			print out
		}' "$work/lines.json"
}

table_updates() {
	table_fields system transport in_flight rate_per_s p50_ms p99_ms | awk -F '\t' '
		function median(key, what,    n, i, j, v, t) {
			n = seen[key]
			for (i = 1; i <= n; i++) v[i] = all[key, what, i]
			for (i = 2; i <= n; i++)
				for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
			return n == 0 ? 0 : n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
		}
		{
			row = $1 " " $2
			if (!(row in known)) { known[row] = 1; rows[++count] = row }
			key = row SUBSEP $3
			n = ++seen[key]
			all[key, 1, n] = $4 + 0; all[key, 2, n] = $5 + 0; all[key, 3, n] = $6 + 0
		}
		function cells(row, base,    c, key) {
			printf "%-22s", row
			for (c = 1; c <= 4; c++) {
				key = row SUBSEP flight[c]
				if (base != "" && seen[key] && median(base SUBSEP flight[c], 1) > 0)
					printf " %21.2f", median(key, 1) / median(base SUBSEP flight[c], 1)
				else if (base != "" || !seen[key])
					printf " %21s", "-"
				else
					printf " %7d %6.2f %6.2f", median(key, 1), median(key, 2), median(key, 3)
			}
			printf "\n"
		}
		function heads(text,    c) {
			printf "\n%-22s", text
			for (c = 1; c <= 4; c++) printf " %21s", flight[c]
			printf "\n"
		}
		END {
			if (count == 0) exit
			split("1 8 64 256", flight, " ")
			heads("updates/s p50 p99 ms")
			for (i = 1; i <= count; i++) cells(rows[i], "")
			for (b = 1; b <= count; b++) {
				if (rows[b] ~ /^dondoc/) continue
				heads("times " rows[b])
				for (i = 1; i <= count; i++) if (rows[i] ~ /^dondoc/ && rows[i] !~ /slow/) cells(rows[i], rows[b])
			}
		}'
}

table_others() {
	printf '\n%-22s %10s %10s %12s\n' "start" "events" "ms" "events/s"
	table_fields measure events ms events_per_s | sort -t "$(printf '\t')" -k1,1 -k3,3n | awk -F '\t' '
		function out(    i) {
			if (!n) return
			i = int((n + 1) / 2)
			printf "%-22s %10d %10.1f %12s\n", name, e[i], m[i], name ~ /^replay/ ? r[i] : "-"
		}
		$1 != name { out(); name = $1; n = 0 }
		{ n++; e[n] = $2; m[n] = $3; r[n] = $4 }
		END { out() }'
	table_asked
	printf '\n%-22s %10s %10s %12s %12s\n' "memory, MB" "resident" "share" "own" "mapped files"
	table_fields service rss_mb pss_mb anonymous_mb mapped_file_mb | awk -F '\t' '
		{ printf "%-22s %10.1f %10.1f %12.1f %12.1f\n", $1, $2, $3, $4, $5; a += $2; b += $3; c += $4; d += $5 }
		END { printf "%-22s %10.1f %10.1f %12.1f %12.1f\n", "together", a, b, c, d }'
}

# Many offices: the centre in each state, then how the outage ended.
table_offices() {
	table_fields when offices command_p50_ms command_p99_ms command_max_ms centre_rss_mb centre_pss_mb |
		awk -F '\t' '
		NR == 1 {
			printf "\n%-22s %10s %10s %10s %12s %12s %12s\n", "centre", "offices", "p50 ms", \
				"99 % ms", "longest ms", "resident MB", "share MB"
		}
		{ printf "%-22s %10d %10.2f %10.2f %12.1f %12.1f %12.1f\n", $1, $2, $3, $4, $5, $6, $7 }'
	table_fields offices reports recovery_s half_s copies_s reports_per_s | awk -F '\t' '
		NR == 1 {
			printf "\n%-22s %10s %10s %10s %12s %12s\n", "after an outage", "reports", "all s", \
				"half s", "copies s", "reports/s"
		}
		{ printf "%-22s %10d %10.2f %10.2f %12.2f %12d\n", $1 " offices", $2, $3, $4, $5, $6 }'
	table_fields process rss_mb pss_mb anonymous_mb mapped_file_mb | awk -F '\t' '
		NR == 1 { printf "\n%-22s %10s %10s %12s %12s\n", "idle office, MB", "resident", "share", "own", "mapped files" }
		{ printf "%-22s %10.1f %10.1f %12.1f %12.1f\n", $1, $2, $3, $4, $5 }'
}

# Imports, by the mean of those that entered the plans, and questions, by their median.
table_asked() {
	printf '\n%-22s %10s %10s %12s %12s\n' "import, questions" "tasks" "ms" "99 % ms" "longest ms"
	table_fields measure tasks plans ms max_ms | awk -F '\t' '
		{ n[$2]++; rows[$2] = int($2 / $3); sum[$2] += $4; if ($5 > most[$2]) most[$2] = $5 }
		END {
			for (tasks in n)
				printf "%-22s %10d %10.0f %12s %12.0f\n", "import of " rows[tasks], tasks, \
					sum[tasks] / n[tasks], "-", most[tasks]
		}'
	table_fields measure tasks ms p99_ms max_ms | awk -F '\t' '
		{ printf "%-22s %10d %10.2f %12.2f %12.2f\n", $1, $2, $3, $4, $5 }'
}

# Reminders: each round's seconds from the first digest planned to the last mail recorded.
table_mails() {
	table_fields tasks mails planned_s recorded_s | awk -F '\t' '
		NR == 1 { printf "\n%-22s %10s %12s %12s\n", "reminders, tasks", "mails", "planned s", "recorded s" }
		{ printf "%-22d %10d %12.3f %12.3f\n", $1, $2, $3, $4 }'
}

bench_tables() {
	table_updates
	table_others
	table_offices
	table_mails
}
