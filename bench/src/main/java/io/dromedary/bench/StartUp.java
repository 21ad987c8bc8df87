package io.dromedary.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From the command to the first answered completion, without and with an AOT cache. */
final class StartUp implements Measurement {

    private static final int STARTS = 5;

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Start to first answer, ms");
        String options = rig.settings().javaOptions();
        Optional<Path> cache = cache(rig.settings().distribution());
        start(rig, options);
        for (int i = 0; i < STARTS; i++) {
            section.add("without AOT cache", Target.GATEWAY, start(rig, options));
            if (cache.isPresent()) {
                section.add("with AOT cache", Target.GATEWAY, start(rig, options + " -XX:AOTCache=" + cache.get()));
            }
        }
        if (cache.isEmpty()) {
            section.note("AOT cache: not built. The goal is meant with one.");
        }
        section.goal("start to first answer, ms" + (cache.isPresent() ? ", AOT cache" : ", no AOT cache"), "at most 800", 800,
                section.series(cache.isPresent() ? "with AOT cache" : "without AOT cache", Target.GATEWAY));
        return section;
    }

    private static double start(Rig rig, String options) throws Exception {
        try (Gateway gateway = Gateway.start(rig, options, Map.of())) {
            return gateway.startMillis();
        }
    }

    private static Optional<Path> cache(Path distribution) {
        return List.of("dromedary.aot", "lib/dromedary.aot").stream().map(distribution::resolve).filter(Files::exists).findFirst();
    }
}
