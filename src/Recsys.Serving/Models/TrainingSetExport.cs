using Recsys.Inference;
using Recsys.Serving.Catalogue;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Models;

/// <summary>Writes a training set from users' interactions, user after user, with what they were shown and what the catalogue says of the items.</summary>
/// <param name="items">Numbers.</param>
/// <param name="catalogue">What the items are.</param>
/// <param name="shown">What users were shown.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingSetExport(ItemNumbers items, CatalogueMirror catalogue, ShownHistories shown, TimeProvider time)
{
    /// <summary>Fewer interactions to learn from than this are too few for any model; the trainer asks for as many.</summary>
    public const int MinTargets = 100;

    /// <summary>Writes the folder and returns its manifest.</summary>
    /// <param name="folder">Must not exist.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="split">What is left out.</param>
    /// <param name="histories">Interactions; of a user without an id nobody asks what was shown.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EngineException">FailedPrecondition: too few interactions; Unavailable.</exception>
    public async Task<TrainingSetManifest> WriteAsync(
        string folder, string ns, TrainingSetSplit split, IAsyncEnumerable<UserHistory> histories, CancellationToken cancellationToken)
    {
        await using var writer = await TrainingSetWriter.CreateAsync(folder, ns, split, time.GetUtcNow(), cancellationToken);
        var seen = new HashSet<uint>();
        var (targets, users) = (0L, 0);
        await foreach (var (userId, interactions) in histories.WithCancellation(cancellationToken))
        {
            if (interactions.Count == 0) continue;
            users++;
            var rows = new TrainingInteraction[interactions.Count];
            for (var i = 0; i < rows.Length; i++)
            {
                var interaction = interactions[i];
                rows[i] = new(interaction.Item, (byte)interaction.Kind, interaction.Strength, interaction.TimeMs);
                seen.Add(interaction.Item);
                if (Strength.IsTarget(interaction.Kind, interaction.Strength)) targets++;
            }

            await writer.AddUserAsync(rows, cancellationToken);
            if (userId.Length > 0) await writer.AddExposuresAsync(await shown.ReadAsync(new(ns, userId), interactions, cancellationToken), cancellationToken);
        }

        if (targets < MinTargets || users < 2 || seen.Count < 2) throw TooFew(ns, targets, users, seen.Count);
        await items.CatchUpAsync(cancellationToken);
        foreach (var number in seen.Order()) await writer.AddItemAsync(number, items.IdOf(number), FactsOf(number), cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    /// <summary>An item's categories are its genres, or its tags where it has none.</summary>
    private TrainingItemFacts FactsOf(uint number)
    {
        var fields = catalogue.Fields(number);
        if (!fields.IsKnown) return TrainingItemFacts.Unknown;
        return new(Math.Max(0, fields.BirthMs), Math.Max(0, fields.DurationMs), (fields.Genres.IsEmpty ? fields.Tags : fields.Genres).ToArray());
    }

    private static EngineException TooFew(string ns, long targets, int users, int itemCount) => new(
        EngineErrorKind.FailedPrecondition,
        "TOO_FEW_INTERACTIONS",
        $"Namespace '{ns}' has {targets} interactions to learn from (plays of at least a tenth, likes, ratings, purchases, shares), " +
        $"of {users} users with {itemCount} items; " +
        $"needed are at least {MinTargets}, of 2 users with 2 items.");
}
