using Recsys.Inference;
using Recsys.Serving.Catalogue;
using Recsys.Serving.Sessions;
using Recsys.Storage.Archive;

namespace Recsys.Serving.Models;

/// <summary>Writes a training set from users' interactions, user after user.</summary>
internal sealed class TrainingSetExport(ItemNumbers items, TimeProvider time)
{
    /// <summary>Fewer interactions to learn from than this are too few for any model; the trainer asks for as many.</summary>
    public const int MinTargets = 100;

    /// <summary>Writes the folder and returns its manifest.</summary>
    /// <exception cref="EngineException">FailedPrecondition: too few interactions.</exception>
    public async Task<TrainingSetManifest> WriteAsync(
        string folder, string ns, TrainingSetSplit split, IAsyncEnumerable<IReadOnlyList<Interaction>> histories, CancellationToken cancellationToken)
    {
        await using var writer = await TrainingSetWriter.CreateAsync(folder, ns, split, time.GetUtcNow(), cancellationToken);
        var seen = new HashSet<uint>();
        var (targets, users) = (0L, 0);
        await foreach (var interactions in histories.WithCancellation(cancellationToken))
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
        }

        if (targets < MinTargets || users < 2 || seen.Count < 2) throw TooFew(ns, targets, users, seen.Count);
        await items.CatchUpAsync(cancellationToken);
        foreach (var number in seen.Order()) await writer.AddItemAsync(number, items.IdOf(number), cancellationToken);
        return await writer.CompleteAsync(cancellationToken);
    }

    private static EngineException TooFew(string ns, long targets, int users, int itemCount) => new(
        EngineErrorKind.FailedPrecondition,
        "TOO_FEW_INTERACTIONS",
        $"Namespace '{ns}' has {targets} interactions to learn from (plays of at least a tenth, likes, ratings, purchases, shares), " +
        $"of {users} users with {itemCount} items; " +
        $"needed are at least {MinTargets}, of 2 users with 2 items.");
}
