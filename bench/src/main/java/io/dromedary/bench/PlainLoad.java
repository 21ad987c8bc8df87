package io.dromedary.bench;

/** Plain requests on 32 connections, answered by the mock at once: cost and throughput. */
final class PlainLoad implements Measurement {

    static final String CPU = "CPU per request, us";
    private static final int CONNECTIONS = 32;
    private static final String RPS = "requests per second";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section =
                new Section("Plain requests: 32 connections, 335 B request, 600 B answer, no latency upstream");
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (Target target : rig.shuffled()) {
                Wrk.Result result = Wrk.run(rig, target, Body.plain(Body.MODEL), CONNECTIONS, rig.settings().seconds());
                section.add(CPU, target.name(), result.cpu());
                section.add(RPS, target.name(), result.requests());
                section.add("p50, us", target.name(), result.p50());
                section.add("p99, us", target.name(), result.p99());
                section.add("RSS, MB", target.name(), Account.rssMb(target.pid()));
                section.add("cores: itself", target.name(), result.targetCores());
                section.add("cores: mock", target.name(), result.mockCores());
                section.add("cores: wrk", target.name(), result.wrkCores());
                section.add("cores: others", target.name(), result.otherCores());
            }
        }
        for (String target : new String[] {Target.NGINX, Target.GATEWAY}) {
            Series share = section.series(RPS, target).dividedBy(section.series(RPS, Target.DIRECT));
            for (int i = 0; i < rig.settings().rounds(); i++) {
                section.add("share of direct requests per second", target, share.at(i));
            }
        }
        section.goal("CPU per plain request, x nginx", "at most 4 (stretch: 3)", 4, section.overNginx(CPU));
        Limits.tell(section, RPS);
        return section;
    }
}
