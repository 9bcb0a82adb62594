# shellcheck shell=bash
# trial_show.sh - what a newcomer is shown: what runs where, what has come of it, what to try.

# A value of the running trial's settings.
trial_value() {
	sed -n "s/^  $2: '\{0,1\}\([^']*\)'\{0,1\}\$/\1/p" "$data/conf/$1.yaml"
}

trial_show_processes() {
	local unit

	step "dondoc đang chạy / dondoc is running"
	say "  task           $run/task/operator/bus, $(trial_value task listen)"
	say "  notification   $run/notification/operator/bus"
	say "  reporting      $run/reporting/operator/bus"
	for unit in "${offices[@]}"; do
		say "  office-$unit     $run/office-$unit/local/bus"
	done
	say "  mailsink       $(trial_value notification url)   giữ thư, không gửi đi / keeps mail, sends none"
	say "  dữ liệu / data $data   (log/, conf/, mail/, reports/, task/log/)"
	say "  đồng hồ / clock $(trial_now '+%d/%m/%Y %H:%M') (của bản chạy thử / the trial's own)"
}

# The first mail's subject, and how many there are.
trial_show_mail() {
	local mails=("$data"/mail/*.eml) subject

	if [ ! -e "${mails[0]}" ]; then
		say "  thư / mail: 0"
		return 0
	fi
	subject=$(trial_cli --format json mail list --all |
		sed -n 's/^\[{"number":"[0-9]*","time":"[^"]*","to":"[^"]*","subject":"\([^"]*\)".*/\1/p')
	say "  thư nhắc việc / reminders by mail: ${#mails[@]}"
	say "    1: $subject"
}

trial_show_results() {
	local file

	step "đã làm / done"
	trial_show_mail
	for file in "$data"/reports/*; do
		if [ -e "$file" ]; then say "  báo cáo / report: $file"; fi
	done
	say "  Số liệu là kế hoạch thật; cập nhật và quyết định mẫu là bịa, có ghi rõ."
	say "  The plan is a real one; the sample's updates and decisions are invented, and say so."
}

trial_show() {
	local dondoc=build/bin/dondoc

	if [ "$build" != "$top/build" ]; then dondoc=$build/bin/dondoc; fi
	trial_show_processes
	if [ "$sample" = yes ]; then trial_show_results; fi
	cat <<END

Thử ngay / try next:
  $dondoc task list --time overdue              việc quá hạn / what is late
  $dondoc task show $plan/KH20_TT_N11.1     lịch sử một việc / history of one task
  $dondoc -e office-SYT task update $plan/KH20_TT_N11.7 --percent 20 --note "..."
                                                           đơn vị báo cáo / an office reports
  $dondoc -e office-SYT office queue --all      báo cáo của đơn vị / the office's reports
  $dondoc -e office-SYT sheet make --unit SYT -o phieu.xlsx
                                                           phiếu báo cáo điền trong Excel / a sheet to fill in, then
  $dondoc -e office-SYT sheet send phieu.xlsx
  $dondoc office list                           liên lạc, tồn đọng của đơn vị / contact and backlog of offices
  $dondoc watch list --as-of $(trial_local "$(($(date +%s) + $(<"$data/clock") + 30 * 86400))" +%Y-%m-%d)
                                                           đơn vị chưa báo cáo / who has not reported
  $dondoc mail show 1                           đọc thư nhắc việc / read the reminder
  $dondoc remind preview --from $(trial_now +%Y-%m-%d) --to $(trial_local "$(($(date +%s) + $(<"$data/clock") + 90 * 86400))" +%Y-%m-%d)
                                                           sẽ nhắc ai, ngày nào / whom, and when
  $dondoc remind rules                          nhắc theo quy tắc nào / by which rules
  $dondoc remind log                            đã nhắc ai / who has been told
  $dondoc report run --plan $plan --as-of $(trial_now +%Y-%m-%d) --out bao-cao.csv
                                                           báo cáo tại một ngày / a report as of a day
  $dondoc plan show $plan                  tổng hợp / counts and rates
  $dondoc plan export $plan --out ke-hoach.xlsx
                                                           sửa trong Excel, nhập lại / edit as a spreadsheet, then
  $dondoc plan import --plan $plan --tasks ke-hoach.xlsx --dry-run
  $dondoc log verify                            kiểm tra chuỗi băm / verify the hash chain
  $dondoc status

Dừng / stop: deploy/dondoc-dev stop    Xoá dữ liệu / remove the data: deploy/dondoc-dev clean
END
}
