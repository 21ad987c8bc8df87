package io.dromedary.catalogue;

import java.util.List;

/** In which order the deployments of one group are asked. A bean called {@code routingStrategy} replaces the shipped one. */
@FunctionalInterface
public interface RoutingStrategy {

    /**
     * @param deployments the group's deployments of one {@code order}, at least two
     * @return the same deployments, first to be asked first
     */
    List<Deployment> arrange(List<Deployment> deployments);
}
