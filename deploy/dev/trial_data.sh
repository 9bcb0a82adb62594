# shellcheck shell=bash
# trial_data.sh - the sample plans, a few invented reports, and what a newcomer is shown.

trial_cli() {
	DONDOC_RUN=$run "$build/bin/dondoc" "$@"
}

# A step of the sample; what it printed is shown only if it fails.
trial_must() {
	trial_cli "$@" >"$data/log/sample.log" 2>&1 || {
		cat "$data/log/sample.log" >&2
		trial_stop_all
		die "the sample could not be entered: dondoc $*"
	}
}

trial_plans() {
	local sample=$top/deploy/sample

	step "sample plans from deploy/sample (the same file again changes nothing)"
	trial_must calendar import "$sample/holidays-vn.csv"
	trial_must plan import --plan KH38 --title "Kế hoạch 38/KH-UBND năm 2026 (Phụ lục 01)" \
		--number 38/KH-UBND --date 2026-01-26 --issuer "UBND thành phố Hà Nội" --assigner HN \
		--units "$sample/units-hanoi-kh38-2026.csv" \
		--aliases "$sample/aliases-hanoi-kh38-2026.csv" \
		--areas "$sample/areas-cchc-2021-2030.csv" \
		--groups "$sample/groups-hanoi-kh38-2026.csv" \
		--divisions "$sample/divisions-hanoi-kh38-2026.csv" \
		--tasks "$sample/plan-hanoi-kh38-2026.csv"
	# The announcement names the province's plan under which it was made, not its own number.
	trial_must plan import --plan CCHC-TTTT --date 2021-12-03 \
		--number "(không rõ số, theo 3993/KH-UBND)" \
		--title "Kế hoạch cải cách hành chính giai đoạn 2021-2030" \
		--issuer "Sở Thông tin và Truyền thông tỉnh Kon Tum" \
		--assigner STTTT \
		--units "$sample/units-kontum-stttt.csv" \
		--areas "$sample/areas-cchc-2021-2030.csv" \
		--tasks "$sample/plan-kontum-stttt-2021-2030.csv"
}

# Invented, and called so where people read it.
trial_reports() {
	local invented="[ví dụ bịa, không có thật - invented example]"

	step "a few invented reports, through the offices"
	trial_must -e office-SYT task update KH38/KH20_TT_N11.6 --percent 60 --step dang \
		--note "$invented Đã kết nối 8 bệnh viện."
	trial_must -e office-SYT task complete KH38/KH20_TT_N11.1 --evidence-number 01/BC-VIDU \
		--evidence-date 2026-10-12 --evidence-title "$invented Báo cáo kết quả liên thông" \
		--note "$invented Đề nghị xác nhận."
	trial_must -e office-STC task complete KH38/KH20_TT_N07.1.1 --evidence-number 02/QD-VIDU \
		--evidence-date 2026-02-06 --evidence-title "$invented Quyết định bố trí ngân sách" \
		--note "$invented Đã hoàn thành."
	trial_must -e office-STC task extend KH38/KH20_TT_N07.2 request --until 2026-12-31 \
		--reason "$invented Chờ hạ tầng dùng chung." --basis-number 03/CV-VIDU
	trial_wait_arrived STC
	trial_must task decide KH38/KH20_TT_N07.1.1 confirm --reason "$invented Đủ tài liệu."
	touch "$data/reported"
}

# Until the centre has answered everything that the office of UNIT has sent.
trial_wait_arrived() {
	local i

	for ((i = 0; i < 100; i++)); do
		case $(trial_cli -e "office-$1" --format csv office queue 2>/dev/null | wc -l) in
		0 | 1) return 0 ;;
		esac
		sleep 0.1
	done
	die "the centre does not answer office-$1; its log is $data/log/office-$1.log"
}

trial_show() {
	local unit dondoc=build/bin/dondoc

	if [ "$build" != "$top/build" ]; then dondoc=$build/bin/dondoc; fi
	step "dondoc đang chạy / dondoc is running"
	say "  task          $run/task/operator/bus, $(trial_value task listen)"
	for unit in "${offices[@]}"; do
		say "  office-$unit    $run/office-$unit/local/bus"
	done
	cat <<END
  dữ liệu / data   $(<"$run/data")   (log/, conf/, task/log/)
  đồng hồ / clock  $(TZ=UTC-7 date -d "@$(($(date +%s) + $(<"$(<"$run/data")/clock")))" '+%d/%m/%Y %H:%M') (của bản chạy thử / the trial's own)

Thử ngay / try next:
  $dondoc status
  $dondoc plan show KH38                        tổng hợp / counts and rates
  $dondoc task list --time overdue              việc quá hạn / what is late
  $dondoc task list --text "don gian hoa"       tìm không dấu / search without diacritics
  $dondoc task show KH38/KH20_TT_N11.1          lịch sử một việc / history of one task
  $dondoc -e office-SYT office queue            báo cáo của một đơn vị / an office's reports
  $dondoc log verify                            kiểm tra chuỗi băm / verify the hash chain

Dừng / stop: deploy/dondoc-dev stop    Xoá dữ liệu / remove the data: deploy/dondoc-dev clean
END
}

# A value of the running trial's settings.
trial_value() {
	sed -n "s/^  $2: '\{0,1\}\([^']*\)'\{0,1\}\$/\1/p" "$(<"$run/data")/conf/$1.yaml"
}
