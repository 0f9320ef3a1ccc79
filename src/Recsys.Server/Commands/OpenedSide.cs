using Recsys.Serving.Migration;

namespace Recsys.Server.Commands;

/// <summary>A store that is open for a migration.</summary>
/// <param name="Side">The store.</param>
/// <param name="Warnings">What keeps it from its promise, a sentence each.</param>
internal sealed record OpenedSide(MigrationSide Side, IReadOnlyList<string> Warnings) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Side.Store.DisposeAsync();
}
