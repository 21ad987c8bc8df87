package io.dromedary.bench;

/** 200 streams at once, an event each 10 ms: what an event costs, and how evenly they come. */
final class Streams implements Measurement {

    static final StreamLoad.Plan PLAN = new StreamLoad.Plan(200, 100, 10, 1000);
    private static final String CPU = "CPU per event, us";
    private static final String GAP = "gap between events, p99, ms";
    private static final String FIRST = "time to first event, p50, ms";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Streams: 200 at once, 100 events each at 10 ms, starts spread over 1 s");
        for (int pass = 0; pass < 3; pass++) {
            for (Target target : rig.shuffled()) {
                StreamLoad.run(rig, target, PLAN);
            }
        }
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (Target target : rig.shuffled()) {
                add(section, target.name(), StreamLoad.run(rig, target, PLAN));
            }
        }
        section.goal("CPU per stream event, x nginx", "at most 4 (stretch: 2.5)", 4, section.overNginx(CPU));
        section.goal("gap between events, p99 over direct, ms", "at most 3", 3, section.overDirect(GAP));
        section.goal("added time to first event, p50, ms", "at most 0.5", 0.5, section.overDirect(FIRST));
        return section;
    }

    private static void add(Section section, String target, StreamLoad.Result result) {
        if (result.complete() < PLAN.streams()) {
            section.note("Only " + result.complete() + " of " + PLAN.streams() + " streams of " + target
                    + " were complete in one round.");
        }
        if (result.events() == 0) {
            return; // nothing to divide by
        }
        section.add(CPU, target, result.cpu());
        section.add("gap between events, p50, ms", target, result.gaps().median());
        section.add(GAP, target, result.gaps().percentile(99));
        section.add(FIRST, target, result.firsts().median());
        section.add("time to first event, p99, ms", target, result.firsts().percentile(99));
        section.add("peak RSS, MB", target, result.peakRssMb());
        section.add("cores: mock", target, result.mockCores());
        section.add("cores: load generator", target, result.loadCores());
        if (result.mockCores() >= 0.9 || result.loadCores() >= 0.9) {
            section.note("Limit: the mock or the load generator filled a core under " + target + ".");
        }
    }
}
