-- Sends one body again and again; prints what was measured in one line of key=value, times in microseconds.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")
for name, value in (os.getenv("BENCH_HEADERS") or ""):gmatch("([^:\n]+): *([^\n]*)") do
  wrk.headers[name] = value
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("bench requests=%d duration=%d errors=%d p50=%.2f p99=%.2f\n", summary.requests, summary.duration,
      e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
end
