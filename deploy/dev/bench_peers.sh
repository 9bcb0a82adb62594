# shellcheck shell=bash
# bench_peers.sh - Redis, and PostgreSQL where it is installed. Both answer an update only when it is
# on the disk, and hold less than dondoc does: the newest values and what was taken, no history.

redis_pid=
redis_port=$((port + 2))
postgres_port=$((port + 3))
postgres_bin=
as_postgres=()

peers_start() {
	redis_start
	postgres_start
}

peers_stop() {
	end_process "$redis_pid"
	redis_pid=
	if [ -n "$postgres_bin" ]; then
		"${as_postgres[@]}" "$postgres_bin/pg_ctl" -D "$work/postgres" -m fast -w stop >/dev/null ||
			told "PostgreSQL does not stop"
		postgres_bin=
	fi
}

peers_lines() {
	redis_line "$1" "$1" tcp "$2"
	# Many updates on few connections, as a gateway would send them.
	if [ "$1" -gt 4 ]; then redis_line "$1" 4 tcp-pipelined "$2"; fi
	if [ -n "$postgres_bin" ]; then postgres_line "$1" "$2"; fi
}

# --- Redis

redis_start() {
	command -v redis-server >/dev/null || die "redis-server is missing (deploy/packages/bench.txt)"
	mkdir -p "$work/redis"
	redis-server --port "$redis_port" --bind 127.0.0.1 --dir "$work/redis" --daemonize no \
		--save "" --appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0 \
		</dev/null >"$work/redis.log" 2>&1 &
	redis_pid=$!
	wait_for 20 redis-cli -p "$redis_port" ping || die "Redis does not start: $work/redis.log"
}

# redis_line IN-FLIGHT CONNECTIONS TRANSPORT ROUND
redis_line() {
	local text

	redis-cli -p "$redis_port" flushall >/dev/null
	text=$("$bin/bench-redis" --port "$redis_port" --in-flight "$1" --connections "$2" \
		--tasks "$tasks" --seconds "$seconds" --label "$3") || failed=$((failed + 1))
	line "${text:-\{\"system\":\"redis\"\}}" round "$4"
}

# --- PostgreSQL

postgres_start() {
	local found

	found=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
	if [ -z "$found" ] || [ ! -x "$found/pgbench" ]; then
		told "no PostgreSQL: left out"
		return 0
	fi
	# It does not run as root.
	if [ "$(id -u)" -eq 0 ]; then as_postgres=(runuser -u postgres --); fi
	mkdir -p "$work/postgres"
	if [ "$(id -u)" -eq 0 ]; then chown postgres: "$work/postgres"; fi
	if ! "${as_postgres[@]}" "$found/initdb" -D "$work/postgres" -A trust -U bench >"$work/postgres.log" 2>&1 ||
		! "${as_postgres[@]}" "$found/pg_ctl" -D "$work/postgres" -w -l "$work/postgres/server.log" \
			-o "-p $postgres_port -h 127.0.0.1 -k '' -c max_connections=300 -c shared_buffers=256MB" \
			start >>"$work/postgres.log" 2>&1; then
		told "PostgreSQL does not start here, left out: $work/postgres.log"
		return 0
	fi
	postgres_bin=$found
	postgres_prepare
}

postgres_sql() {
	"$postgres_bin/psql" -h 127.0.0.1 -p "$postgres_port" -U bench -d postgres -q -At -v ON_ERROR_STOP=1 "$@"
}

postgres_prepare() {
	postgres_sql <<SQL
create table tasks (id int primary key, state text not null, unit text not null,
	percent int not null default 0, note text not null default '', version int not null default 1);
create table commands (stream text, number bigint, task int not null, at timestamptz not null default now(),
	primary key (stream, number));
insert into tasks (id, state, unit) select i, 'working', 'BENCH' from generate_series(1, $tasks) i;
SQL
	cat >"$work/update.sql" <<'SQL'
\set number :number + 1
\set task 1 + :client_id + :step * mod(:number * 7919, 10000 / :step)
\set percent mod(:number, 100)
with taken as (
	insert into commands (stream, number, task)
	select :run || '-' || :client_id, :number, id from tasks
	where id = :task and state = 'working' and unit = 'BENCH' and :percent between 0 and 100
	on conflict do nothing returning task)
update tasks set percent = :percent, version = version + 1,
	note = 'Đã hoàn thành dự thảo, lấy ý kiến 12 đơn vị; còn vướng mắc về kinh phí, đề nghị Sở Tài chính cho ý kiến trước ngày 20 để kịp trình Ủy ban nhân dân trong phiên họp tháng tới.'
from taken where id = taken.task;
SQL
}

# postgres_line IN-FLIGHT ROUND
postgres_line() {
	local prefix=$work/pgbench.$1.$2 held logged rate whole=${seconds%%.*}

	rm -f -- "$prefix".*
	held=$(postgres_sql -c "select count(*) from commands")
	if ! (cd "$work" && "$postgres_bin/pgbench" -h 127.0.0.1 -p "$postgres_port" -U bench -n -M prepared \
		-f update.sql -c "$1" -j 1 -T "$((whole > 0 ? whole : 1))" -D number=0 -D step="$1" -D run="$2$1" \
		-l --log-prefix "$prefix" postgres) >"$work/pgbench.txt" 2>&1; then
		tail -n 3 "$work/pgbench.txt" >&2
		failed=$((failed + 1))
		return 0
	fi
	logged=$(($(postgres_sql -c "select count(*) from commands") - held))
	rate=$(sed -n 's/^tps = \([0-9]*\).*without.*/\1/p' "$work/pgbench.txt")
	line "$(cat "$prefix".* | awk '{ print $3 }' | sort -n | awk -v rate="$rate" -v count="$1" -v logged="$logged" '
		{ us[NR] = $1 }
		END {
			printf "{\"system\":\"postgresql\",\"transport\":\"tcp\",\"in_flight\":%d,\"rate_per_s\":%d,", count, rate
			printf "\"p50_ms\":%.3f,\"p99_ms\":%.3f,", us[int(NR / 2) + 1] / 1000, us[NR - int(NR / 100)] / 1000
			printf "\"max_ms\":%.1f,\"acknowledged\":%d,\"logged\":%d,\"equal\":%s,\"other\":0}", \
				us[NR] / 1000, NR, logged, NR == logged ? "true" : "false"
		}')" round "$2"
	rm -f -- "$prefix".*
}
