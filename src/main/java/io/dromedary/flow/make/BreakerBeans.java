package io.dromedary.flow.make;

import java.util.Map;
import java.util.Set;

import org.apache.camel.spi.BeanRepository;

import io.dromedary.generation.GenerationContext;
import io.dromedary.model.Deployment;

/**
 * The circuit breakers of the deployments, as beans. Not bound in the registry one by one: Camel looks for a bean of
 * some type several times for each route that it makes, through all that are bound.
 */
final class BreakerBeans implements BeanRepository {

    /** What a bean's name begins with; the deployment's name in URIs follows. */
    static final String PREFIX = "breaker-";

    private final GenerationContext gateway;

    BreakerBeans(GenerationContext gateway) {
        this.gateway = gateway;
    }

    @Override
    public Object lookupByName(String name) {
        Deployment deployment = name.startsWith(PREFIX) ? gateway.catalogue()
                .byRouteName(name.substring(PREFIX.length())) : null;
        return deployment == null ? null : gateway.cooldownOf(deployment).breaker();
    }

    @Override
    public <T> T lookupByNameAndType(String name, Class<T> type) {
        Object found = lookupByName(name);
        return type.isInstance(found) ? type.cast(found) : null;
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        return Map.of();
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return Set.of();
    }
}
