package dev.afterimage.relay;

/** One relay, nothing goes wrong. */
class CommitOrderKeptTest extends PromisesUnderLoad {

    @Override
    int transactions() {
        return 60;
    }

    @Override
    void relayDuring(Load load, RelayRig rig) throws Exception {
        rig.streaming();
        load.committed();
    }
}
