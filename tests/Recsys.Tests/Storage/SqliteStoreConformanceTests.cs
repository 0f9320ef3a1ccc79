using Recsys.Storage;
using Recsys.Storage.Sqlite;

namespace Recsys.Tests.Storage;

public sealed class SqliteStoreConformanceTests : StoreConformance
{
    // Without syncs, which cost most of the time; durability has its own tests.
    protected override async Task<IRecsysStore> OpenEmptyAsync() => await SqliteStore.OpenAsync(SqliteStoreOptions.Temporary(), default);
}
