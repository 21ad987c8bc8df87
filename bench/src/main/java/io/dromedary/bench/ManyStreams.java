package io.dromedary.bench;

import java.util.Map;

/** 2,000 streams at once through a gateway with a heap of 256 MB. */
final class ManyStreams implements Measurement {

    private static final int STREAMS = 2000;
    private static final StreamLoad.Plan WARM_UP = new StreamLoad.Plan(STREAMS, 20, 200, 2000);
    private static final StreamLoad.Plan PLAN = new StreamLoad.Plan(STREAMS, 50, 200, 2000);
    private static final String LATE = "lateness of events, p99.9, ms";
    private static final String RSS = "peak RSS, MB";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section(
                "Streams: 2,000 at once, 50 events each at 200 ms, starts spread over 2 s; gateway with -Xmx256m");
        section.note("The gateway runs with `gateway.upstream.connections=2500`; "
                + "as shipped, one deployment may have 200.");
        section.note("Lateness is from the mock's sending to the arrival; "
                + "an event that the mock itself sends late is not the target's.");
        Series incomplete = new Series();
        String options = rig.settings().javaOptions().replaceAll("-Xmx\\S+", "") + " -Xmx256m";
        try (Gateway gateway = Gateway.start(rig, options, Map.of("GATEWAY_UPSTREAM_CONNECTIONS", "2500"))) {
            StreamLoad.run(rig, gateway.target(), WARM_UP);
            for (int round = 0; round < Math.min(3, rig.settings().rounds()); round++) {
                for (Target target : rig.shuffled(rig.direct(), rig.nginx(), gateway.target())) {
                    StreamLoad.Result result = StreamLoad.run(rig, target, PLAN);
                    section.add("complete streams", target.name(), result.complete());
                    section.add(LATE, target.name(), result.lateness().percentile(99.9));
                    section.add("lateness of events, p50, ms", target.name(), result.lateness().median());
                    section.add("time to first event, p99, ms", target.name(), result.firsts().percentile(99));
                    section.add("CPU per event, us", target.name(), result.cpu());
                    section.add(RSS, target.name(), result.peakRssMb());
                    section.add("cores: mock", target.name(), result.mockCores());
                    section.add("cores: load generator", target.name(), result.loadCores());
                    if (target.equals(gateway.target())) {
                        incomplete.add(STREAMS - result.complete());
                    }
                }
            }
        }
        section.goal("2,000 streams: streams not complete", "0", 0, incomplete);
        section.goal("2,000 streams: peak RSS, MB", "at most 480", 480, section.series(RSS, Target.GATEWAY));
        section.goal("2,000 streams: lateness of events, p99.9, ms", "at most 50", 50,
                section.series(LATE, Target.GATEWAY));
        return section;
    }
}
