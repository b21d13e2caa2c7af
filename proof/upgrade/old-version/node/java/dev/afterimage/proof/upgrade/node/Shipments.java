package dev.afterimage.proof.upgrade.node;

import static dev.afterimage.proof.upgrade.node.ShipmentsTable.SHIPMENTS;

import dev.afterimage.examples.northwind.orders.OrderEvent.OrderShipped;
import dev.afterimage.projector.Projection;

/** A read model of statements, beside the example's row folds: an event that is applied twice shows at once. */
final class Shipments {

    private Shipments() {}

    static Projection projection() {
        return Projection.of("shipments", 1)
                .statements(SHIPMENTS)
                .on(OrderShipped.class, (sql, event, logged) -> sql.insertInto(SHIPMENTS)
                        .set(SHIPMENTS.shippedOn, event.shippedOn())
                        .set(SHIPMENTS.orders, 1L)
                        .onConflict(SHIPMENTS.shippedOn)
                        .doUpdate()
                        .set(SHIPMENTS.orders, SHIPMENTS.orders.plus(1L))
                        .execute())
                .build();
    }
}
