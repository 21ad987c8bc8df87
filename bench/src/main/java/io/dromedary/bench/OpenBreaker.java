package io.dromedary.bench;

/** A model whose own upstream is dead, its breaker open, against the model that stands in for it. */
final class OpenBreaker implements Measurement {

    private static final String DEAD = "dead local, open breaker";
    private static final String CLOUD = "cloud directly";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Open breaker: one connection to the gateway");
        Target dead = new Target(DEAD, rig.gateway().port(), rig.gateway().pid());
        Target cloud = new Target(CLOUD, rig.gateway().port(), rig.gateway().pid());
        rig.warmUp(dead, Body.plain(Body.DEAD_MODEL), 32, 0);
        for (int round = 0; round < rig.settings().rounds(); round++) {
            for (Target target : rig.shuffled(dead, cloud)) {
                String model = target.equals(dead) ? Body.DEAD_MODEL : Body.MODEL;
                Wrk.Result result = Wrk.run(rig, target, Body.plain(model), 1, rig.settings().seconds());
                section.add("p50, us", target.name(), result.p50());
                section.add("p99, us", target.name(), result.p99());
                section.add(PlainLoad.CPU, target.name(), result.cpu());
                section.add("cores: others", target.name(), result.otherCores());
            }
        }
        Limits.tellOthers(section, DEAD);
        Limits.tellOthers(section, CLOUD);
        section.goal("open breaker: p50, x the cloud's own", "at most 1.05", 1.05,
                section.series("p50, us", DEAD).dividedBy(section.series("p50, us", CLOUD)));
        return section;
    }
}
