package dev.afterimage.relay;

import dev.afterimage.domain.Position;

/** The connection of one relay to the slot is cut, again and again, while transactions are open. */
class NoDuplicateInLogTest extends PromisesUnderLoad {

    private static final int CUTS = 6;

    @Override
    int transactions() {
        return 100_000;
    }

    @Override
    void relayDuring(Load load, RelayRig rig) throws Exception {
        rig.streaming();
        var head = Position.ZERO;
        for (int i = 0; i < CUTS; i++) {
            rig.logOf(Math.toIntExact(head.plus(100).value()));
            rig.terminateWalSender();
            head = rig.log.whole().head();
        }
        load.stop();
        load.committed();
    }
}
