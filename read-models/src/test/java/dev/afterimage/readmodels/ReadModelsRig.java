package dev.afterimage.readmodels;

import dev.afterimage.domain.Position;
import dev.afterimage.embedded.junit.FreshDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** Read models of an empty database, and a log that is only numbers. */
final class ReadModelsRig {

    static final Duration SOON = Duration.ofMinutes(2);
    static final String SCORE_SQL = """
            CREATE TABLE score (
              player text PRIMARY KEY,
              points bigint NOT NULL DEFAULT 0 CHECK (points >= 0)
            );
            CREATE INDEX ON score (points DESC);
            CREATE INDEX score_even ON score (player text_pattern_ops) WHERE points % 2 = 0;
            """;

    /** For switches whose next version is where it should be already. */
    static final Consumer<Position> AS_IT_IS = position -> {};

    final DataSource dataSource;
    final MemoryLog log = new MemoryLog();
    final ReadModels readModels;
    final Versions versions;
    final Checkpoints checkpoints;

    /** Plain SQL, as any tool would send it. */
    final DSLContext sql;

    ReadModelsRig(FreshDatabase database) throws SQLException {
        this(database, plain -> plain);
    }

    /** @param as connections for everything but the test's own SQL */
    ReadModelsRig(FreshDatabase database, UnaryOperator<DataSource> as) throws SQLException {
        this.dataSource = as.apply(database.dataSource());
        ReadModels.migrations().apply(database.dataSource());
        this.sql = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
        sql.execute("TRUNCATE afterimage.projection, afterimage.projection_version CASCADE");
        sql.execute("DROP SCHEMA IF EXISTS app CASCADE");
        this.readModels = ReadModels.open(dataSource, log);
        this.versions = readModels.versions();
        this.checkpoints = readModels.checkpoints();
    }

    /** Read models of the same database as another process has them. */
    ReadModels elsewhere() {
        return ReadModels.open(dataSource, log);
    }

    static ReadModelDefinition scores(int revision, String ddl) {
        return new ReadModelDefinition("scores", revision, List.<Table<?>>of(ScoreTable.SCORE), ddl);
    }

    static ReadModelDefinition scores() {
        return scores(1, SCORE_SQL);
    }

    ProjectionVersion openActive(ReadModelDefinition definition) {
        return versions.active(definition.projection()).orElseGet(() -> firstVersion(definition));
    }

    private ProjectionVersion firstVersion(ReadModelDefinition definition) {
        var version = versions.openBuilding(definition);
        versions.finishBuilding(version);
        versions.switchTo(version, AS_IT_IS);
        return versions.active(definition.projection()).orElseThrow();
    }

    /** Builds a version as a rebuild does, up to a position. */
    TestFold rebuilt(ReadModelDefinition definition, long position) {
        var fold = new TestFold(this, versions.openBuilding(definition));
        fold.to(position);
        versions.finishBuilding(fold.version());
        return fold;
    }

    /** What a table or view has, one line a row, in the order of the rows' text. */
    List<String> rowsOf(String relation) {
        return sql.resultQuery("SELECT t::text FROM %s t ORDER BY 1".formatted(relation))
                .fetchInto(String.class);
    }

    List<String> tablesOfApp() {
        return sql.resultQuery("SELECT tablename::text FROM pg_tables WHERE schemaname = 'app' ORDER BY 1")
                .fetchInto(String.class);
    }

    /** The columns of a relation with their types. */
    List<String> columnsOf(String relation) {
        return sql.resultQuery(
                        "SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 ORDER BY attnum",
                        relation)
                .fetchInto(String.class);
    }

    /** Versions were activated so long ago that nobody remembers the ones before, which go. */
    void hoursPass() {
        sql.execute(
                "UPDATE afterimage.projection_version SET activated_at = activated_at - interval '1 hour', superseded_at = superseded_at - interval '1 hour'");
        versions.dropSuperseded();
    }

    VersionPhase phaseOf(int version) {
        return versions.of("scores").stream()
                .filter(each -> each.number() == version)
                .findFirst()
                .orElseThrow()
                .phase();
    }
}
