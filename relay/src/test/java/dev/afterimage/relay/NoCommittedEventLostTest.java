package dev.afterimage.relay;

import dev.afterimage.domain.Position;

/** The relay is closed and another started, again and again, while transactions are open. */
class NoCommittedEventLostTest extends PromisesUnderLoad {

    private static final int RESTARTS = 6;

    @Override
    int transactions() {
        return 100_000;
    }

    @Override
    void relayDuring(Load load, RelayRig rig) throws Exception {
        var head = Position.ZERO;
        for (int i = 0; i < RESTARTS; i++) {
            var relay = rig.streaming();
            rig.logOf(Math.toIntExact(head.plus(100).value()));
            relay.close();
            head = rig.log.whole().head();
        }
        load.stop();
        load.committed();
        rig.streaming();
    }
}
