package io.dromedary.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.key.AccessRules;
import io.dromedary.key.Budget;
import io.dromedary.key.VirtualKey;
import io.dromedary.ledger.Limit;
import io.dromedary.ledger.Limit.Unit;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Prices;
import io.dromedary.yaml.YamlTree;

/** Puts together who may use the gateway, and how much: the keys, and the limits of LiteLLM's other sections. */
final class AccessReader {

    private final Findings faults;
    private final GeneralSettings general;
    private final RoutingSettings routing;
    private final ModelEntries entries;
    private final Catalogue catalogue;

    AccessReader(Findings faults, GeneralSettings general, RoutingSettings routing, ModelEntries entries,
            Catalogue catalogue) {
        this.faults = faults;
        this.general = general;
        this.routing = routing;
        this.entries = entries;
        this.catalogue = catalogue;
    }

    /** The rules; {@code lists} are the sections {@code virtual_keys} of all files. */
    AccessRules read(List<YamlTree> lists, SectionCheck sections, ScalarReader scalars) {
        KeyModels names = new KeyModels(faults, catalogue, entries.names(), entries.left().isEmpty());
        List<VirtualKey> keys =
                new VirtualKeys(faults, scalars, sections, general.masterKey(), names).read(lists);
        if (!keys.isEmpty() && general.masterMayCall()) {
            faults.warn(Rule.RESTRICTION_ENFORCED, general.place().orElse(lists.get(0).place()),
                    "general_settings.master_key_may_call", "is not false: the master key may ask models without any "
                    + "limit, so that an app that has it is not held to those of its own key",
                    "Give each app a key of its own and write master_key_may_call: false");
        }
        return new AccessRules(List.copyOf(keys), general.masterMayCall(), ofGateway(), ofDeployments());
    }

    private List<Limit> ofGateway() {
        List<Limit> limits = new ArrayList<>();
        if (general.globalParallel() > 0) {
            limits.add(Limit.parallel("gateway", "parallel", general.globalParallel()));
        }
        routing.budget().ifPresent(budget -> {
            limits.add(budget.on("gateway", "budget"));
            warnOfPrices(routing.budgetPlace(), KnownKeys.LITELLM_SETTINGS.path("max_budget"),
                    catalogue.deployments());
        });
        return List.copyOf(limits);
    }

    private Map<String, List<Limit>> ofDeployments() {
        Map<String, List<Limit>> all = new LinkedHashMap<>();
        routing.providerBudgetPlaces().forEach((provider, place) -> warnOfPrices(place,
                KnownKeys.ROUTER_SETTINGS.path("provider_budget_config." + provider), catalogue.deployments().stream()
                .filter(deployment -> deployment.provider().equals(provider)).toList()));
        Map<String, Budget> providers = routing.providerBudgets();
        boolean rates = routing.limitsRates();
        for (Deployment deployment : catalogue.deployments()) {
            List<Limit> limits = new ArrayList<>();
            String account = "deployment:" + deployment.id();
            if (rates && deployment.share().rpm() > 0) {
                limits.add(Limit.perMinute(account, "rpm", Unit.REQUESTS, deployment.share().rpm()));
            }
            if (rates && deployment.share().tpm() > 0) {
                limits.add(Limit.perMinute(account, "tpm", Unit.TOKENS, deployment.share().tpm()));
            }
            Budget own = entries.budgets().get(deployment.id());
            if (own != null) {
                limits.add(own.on(account, "budget"));
            }
            Budget provider = providers.get(deployment.provider());
            if (provider != null) {
                limits.add(provider.on("provider:" + deployment.provider(), "budget"));
            }
            if (!limits.isEmpty()) {
                all.put(deployment.id(), List.copyOf(limits));
            }
        }
        return Map.copyOf(all);
    }

    /** LiteLLM knows prices of its own, so that such a file must start; what has none is not counted here. */
    private void warnOfPrices(Place place, String path, Collection<Deployment> deployments) {
        List<String> without = deployments.stream().filter(deployment -> deployment.prices().equals(Prices.NONE))
                .map(Deployment::group).distinct().toList();
        if (!without.isEmpty()) {
            faults.warn(Rule.REQUIRED_KEY, place, path, "does not count what " + String.join(", ", without)
                    + " costs: there is no price for it", "Write input_cost_per_token and output_cost_per_token into "
                    + "its litellm_params, 0 where it costs nothing");
        }
    }
}
