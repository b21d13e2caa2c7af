package dev.afterimage.examples.northwind.customers;

import dev.afterimage.domain.Captured;
import dev.afterimage.examples.northwind.customers.CustomerEvent.CustomerRegistered;

/** A company that orders. */
@Captured(events = CustomerEvent.class)
public record Customer(String id, String companyName, String city, String country) {

    /** The first copy is the customer itself, the others have ids of their own. */
    public Customer copy(int number) {
        return number == 1 ? this : new Customer(id + "-" + number, companyName, city, country);
    }

    public CustomerRegistered registered() {
        return new CustomerRegistered(id, companyName, city, country);
    }
}
