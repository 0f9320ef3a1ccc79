using Recsys.Storage;

namespace Recsys.Serving.Migration;

/// <summary>One of the two stores of a migration.</summary>
/// <param name="Store">The store, which nobody else writes to.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="ModelFolder">Where its artefacts lie, as FOLDER/NAMESPACE/VERSION; a shared store has them itself, and this is unused.</param>
public sealed record MigrationSide(IRecsysStore Store, string Name, string ModelFolder);
