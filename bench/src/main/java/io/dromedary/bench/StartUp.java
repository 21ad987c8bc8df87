package io.dromedary.bench;

import java.nio.file.Files;
import java.util.Map;

/** From the command to the first answered completion, without and with an AOT cache. */
final class StartUp implements Measurement {

    private static final int STARTS = 5;

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Start to first answer, ms");
        String options = rig.settings().javaOptions();
        boolean cached = Files.exists(rig.settings().distribution().resolve("lib/dromedary.aot"));
        start(rig, options);
        for (int i = 0; i < STARTS; i++) {
            section.add("without AOT cache", Target.GATEWAY, start(rig, options + " -XX:AOTMode=off"));
            if (cached) {
                // bin/dromedary takes it where it is
                section.add("with AOT cache", Target.GATEWAY, start(rig, options));
            }
        }
        if (!cached) {
            section.note("AOT cache: not built. The goal is meant with one.");
        }
        section.goal("start to first answer, ms" + (cached ? ", AOT cache" : ", no AOT cache"), "at most 800", 800,
                section.series(cached ? "with AOT cache" : "without AOT cache", Target.GATEWAY));
        return section;
    }

    private static double start(Rig rig, String options) throws Exception {
        try (Gateway gateway = Gateway.start(rig, options, Map.of())) {
            return gateway.startMillis();
        }
    }
}
