package io.dromedary.bench;

/** One connection, one request after another: what the gateway adds to the latency. */
final class OneConnection implements Measurement {

    private static final String P50 = "p50, us";
    private static final String P99 = "p99, us";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("One connection: latency of plain requests");
        rig.warmUp(rig.gateway(), Body.plain(Body.MODEL), 1, 0);
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (Target target : rig.shuffled()) {
                Wrk.Result result = Wrk.run(rig, target, Body.plain(Body.MODEL), 1, rig.settings().seconds());
                section.add(P50, target.name(), result.p50());
                section.add(P99, target.name(), result.p99());
                section.add(PlainLoad.CPU, target.name(), result.cpu());
                section.add("cores: others", target.name(), result.otherCores());
            }
        }
        for (Target target : rig.shuffled()) {
            Limits.tellOthers(section, target.name());
        }
        section.goal("added p50, one connection, us", "at most 120", 120, section.overDirect(P50));
        section.goal("added p99, one connection, us", "at most 600", 600, section.overDirect(P99));
        return section;
    }
}
