# shellcheck shell=bash
# trial_data.sh - the sample plans, a few invented updates, and what follows from them: mail and documents.

plan=KH38-2026

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
	trial_must plan import --plan "$plan" --title "Kế hoạch 38/KH-UBND năm 2026 (Phụ lục 01)" \
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
trial_updates() {
	local invented="[ví dụ bịa, không có thật - invented example]"

	step "a few invented updates, through the offices"
	trial_must -e office-SYT task update "$plan/KH20_TT_N11.6" --percent 60 --step dang \
		--note "$invented Đã kết nối 8 bệnh viện."
	trial_must -e office-SYT task complete "$plan/KH20_TT_N11.1" --evidence-number 01/BC-VIDU \
		--evidence-date 2026-10-12 --evidence-title "$invented Báo cáo kết quả liên thông" \
		--note "$invented Đề nghị xác nhận."
	trial_must -e office-STC task complete "$plan/KH20_TT_N07.1.1" --evidence-number 02/QD-VIDU \
		--evidence-date 2026-02-06 --evidence-title "$invented Quyết định bố trí ngân sách" \
		--note "$invented Đã hoàn thành."
	trial_must -e office-STC task extend "$plan/KH20_TT_N07.2" request --until 2026-12-31 \
		--reason "$invented Chờ hạ tầng dùng chung." --basis-number 03/CV-VIDU
	trial_wait_arrived STC
	trial_must task decide "$plan/KH20_TT_N07.1.1" confirm --reason "$invented Đủ tài liệu."
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

# A figure that a service tells about itself; empty while it does not answer. JSON leaves a zero out.
trial_metric() {
	trial_cli -e "$1" --format json status 2>/dev/null |
		sed -n -e "s/.*{\"name\":\"$2\"}.*/0/p" -e "s/.*\"name\":\"$2\",\"value\":\([0-9.]*\).*/\1/p"
}

# As an administrator does: look at what would be sent, then let it begin. What has changed meanwhile makes
# the look an old one, and it is taken again.
trial_start_reminders() {
	local one seen i

	if [ -e "$data/reminding" ]; then return 0; fi
	step "what would be sent, and reminders begin (dondoc remind start)"
	for one in "$plan" CCHC-TTTT; do
		for ((i = 0; i < 100; i++)); do
			seen=$(trial_cli --format json remind start "$one" 2>/dev/null |
				sed -n 's/.*"as_of_sequence":"*\([0-9]*\).*/\1/p')
			if [ -n "$seen" ] && trial_cli remind start "$one" --seen "$seen" \
				>"$data/log/sample.log" 2>&1; then break; fi
			sleep 0.1
		done
		if [ "$i" -eq 100 ]; then
			cat "$data/log/sample.log" >&2
			die "the reminders of $one do not begin; see $data/log/notification.log"
		fi
	done
	trial_cli remind starts
	touch "$data/reminding"
}

# Until what there is to remind of has gone out by SMTP. Nothing goes out of working time or without
# something due, and nothing twice: a second run on the same day finds the mails of the first.
trial_wait_mail() {
	local i unsent quiet=0

	step "reminders, by mail"
	for ((i = 0; i < 300 && quiet < 30; i++)); do
		unsent=$(trial_metric notification digests_unsent)
		if [ "$unsent" = 0 ]; then
			if [ -e "$data/mail/1.eml" ]; then return 0; fi
			quiet=$((quiet + 1))
		fi
		sleep 0.1
	done
	if [ "$quiet" -eq 30 ]; then
		say "Không có thư / no mail: nothing is due, or this is not working time."
	else
		say "Thư chưa đi / the mail does not go out: see $data/log/notification.log" >&2
	fi
}

# The report as of the trial's day. Nothing is issued by it; the same day and data, the same bytes.
trial_documents() {
	local day format

	step "a report, as a document and as a spreadsheet"
	day=$(trial_now +%Y-%m-%d)
	for format in pdf xlsx; do
		trial_must report run --plan "$plan" --as-of "$day" --format "$format" \
			--out "$data/reports/bao-cao-$day.$format" --force
	done
}
