package io.dromedary.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * 1, 100 and 1,000 deployments: what each costs at start and in memory, and whether a request costs the same. Beside
 * them one deployment and 10,000 keys, at start.
 */
final class ManyModels implements Measurement {

    private static final Integer[] COUNTS = {1, 100, 1000};
    private static final String ENTRY = """
                litellm_params:
                  model: openai/bench-upstream
                  api_base: os.environ/MOCK_API_BASE
                  api_key: os.environ/MOCK_API_KEY
            """;
    private static final int KEYS = 10_000;
    private static final String WITH_KEYS = "1 model, 10,000 keys";
    private static final String START = "start to first answer, ms";
    private static final String RSS = "RSS after the first answer, MB";
    private static final String P50 = "p50, one connection, us";

    @Override
    public Section run(Rig rig) throws Exception {
        Section section = new Section("Number of models; the last one of the list is asked");
        for (int start = 0; start < Math.min(3, rig.settings().rounds()); start++) {
            for (int count : rig.shuffled(COUNTS)) {
                try (Gateway gateway = start(rig, count)) {
                    section.add(START, column(count), gateway.startMillis());
                    section.add(RSS, column(count), Account.rssMb(gateway.target().pid()));
                }
            }
            try (Gateway gateway = start(rig, "keys", 1, keys())) {
                section.add(START, WITH_KEYS, gateway.startMillis());
                section.add(RSS, WITH_KEYS, Account.rssMb(gateway.target().pid()));
            }
        }
        List<Gateway> gateways = new ArrayList<>();
        try {
            for (int count : COUNTS) {
                gateways.add(start(rig, count));
                Gateway gateway = gateways.get(gateways.size() - 1);
                rig.warmUp(gateway.target(), Body.plain(model(count)), 32, Rig.COLD_REQUESTS);
            }
            for (int round = 0; round < rig.settings().rounds(); round++) {
                for (int i : rig.shuffled(0, 1, 2)) {
                    Target target = gateways.get(i).target();
                    String body = Body.plain(model(COUNTS[i]));
                    section.add(P50, column(COUNTS[i]), Wrk.run(rig, target, body, 1, rig.settings().seconds()).p50());
                    section.add(PlainLoad.CPU, column(COUNTS[i]),
                            Wrk.run(rig, target, body, 32, rig.settings().seconds()).cpu());
                }
            }
        } finally {
            gateways.forEach(Gateway::close);
        }
        section.goal("start-up per deployment, ms", "at most 3", 3, perDeployment(section, START, 1));
        section.goal("start-up with 10,000 keys, ms over none", "at most 300", 300,
                section.series(START, WITH_KEYS).minus(section.series(START, column(1))));
        section.goal("RSS per deployment, KB", "at most 50", 50, perDeployment(section, RSS, 1024));
        section.goal("CPU per plain request, 1,000 deployments, x that of 1", "flat: at most 1.1", 1.1,
                section.series(PlainLoad.CPU, column(1000)).dividedBy(section.series(PlainLoad.CPU, column(1))));
        return section;
    }

    private static Series perDeployment(Section section, String figure, double factor) {
        Series growth = section.series(figure, column(1000)).minus(section.series(figure, column(1)));
        return growth.times(factor / 999);
    }

    private static Gateway start(Rig rig, int count) throws IOException, InterruptedException {
        return start(rig, "models", count, "");
    }

    private static Gateway start(Rig rig, String name, int count, String more)
            throws IOException, InterruptedException {
        StringBuilder yaml = new StringBuilder("model_list:\n");
        for (int i = 1; i <= count; i++) {
            yaml.append("  - model_name: ").append(model(i)).append('\n').append(ENTRY);
        }
        yaml.append("general_settings:\n  master_key: os.environ/LITELLM_MASTER_KEY\n").append(more);
        Path config = Files.writeString(rig.folder().resolve(name + "-" + count + ".yaml"), yaml);
        return Gateway.start(rig, config, model(count), rig.settings().javaOptions(), Map.of());
    }

    private static String keys() {
        StringBuilder yaml = new StringBuilder("virtual_keys:\n");
        for (int i = 0; i < KEYS; i++) {
            yaml.append("  - {key_alias: app-%d, key: 'sha256:%064x', models: [bench-1], ".formatted(i, i))
                    .append("rpm_limit: 1000, tpm_limit: 1000000, max_parallel_requests: 8, metadata: {team: web}}\n");
        }
        return yaml.toString();
    }

    private static String model(int number) {
        return "bench-" + number;
    }

    private static String column(int count) {
        return count + (count == 1 ? " model" : " models");
    }
}
