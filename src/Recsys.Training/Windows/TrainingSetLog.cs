using Recsys.Inference;
using Recsys.Storage;
using Recsys.Storage.Archive;

namespace Recsys.Training.Windows;

/// <summary>Reads a training set's folder into an <see cref="InteractionLog"/>.</summary>
internal static class TrainingSetLog
{
    /// <exception cref="TrainingException">The folder isn't a whole training set; the message says what is wrong with it.</exception>
    public static async Task<InteractionLog> ReadAsync(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            throw new TrainingException($"{folder} does not exist");
        try
        {
            return Convert(await TrainingSetReader.ReadAsync(folder, cancellation));
        }
        catch (StoreFormatException e)
        {
            throw new TrainingException(e.Message.ReplaceLineEndings(" "));
        }
    }

    /// <summary>The log of a training set in memory.</summary>
    public static InteractionLog Convert(TrainingSet set)
    {
        var builder = new InteractionLogBuilder();
        var users = new List<int>();
        for (var user = 0; user < set.UserOffsets.Length - 1; user++)
        {
            if (set.UserOffsets[user] < set.UserOffsets[user + 1])
                users.Add(user);
            for (var i = set.UserOffsets[user]; i < set.UserOffsets[user + 1]; i++)
            {
                var kind = (InteractionKind)set.Kinds[i];
                if (!Enum.IsDefined(kind))
                    throw new TrainingException($"user {user} has an interaction of kind {set.Kinds[i]}: known kinds are 1 to {Enum.GetValues<InteractionKind>().Length}");
                builder.Add(user, set.Items[i], kind, set.Strengths[i], set.TimesMs[i]);
            }
        }
        var log = builder.Build().WithFacts(set.ItemNumbers, set.ItemFacts);
        return log with { Shown = set.Exposures is { } exposures ? ShownLists.Of(exposures, users, log) : null };
    }
}
