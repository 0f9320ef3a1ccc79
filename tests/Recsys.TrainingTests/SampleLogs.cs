using Recsys.Inference;
using Recsys.Storage.Archive;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests;

/// <summary>Small logs made by rules, so that it is known what there is to learn.</summary>
internal static class SampleLogs
{
    /// <summary>Of every kind and strength, random lengths: nothing to learn, everything to get wrong.</summary>
    public static InteractionLog Mixed(int users, int items, int maxLength, int seed)
    {
        var random = new Random(seed);
        var builder = new InteractionLogBuilder();
        var gaps = new Random(seed);
        for (var user = 0; user < users; user++)
        {
            var length = random.Next(1, maxLength + 1);
            long time = 0;
            for (var i = 0; i < length; i++)
            {
                var strength = random.Next(5) == 0 ? Strength.Unknown : (byte)random.Next(251);
                builder.Add(user, (uint)(10 + 3 * random.Next(items)), (InteractionKind)random.Next(1, 8), strength, time);
                time += 1 + (1L << gaps.Next(35));
            }
        }
        return builder.Build();
    }

    /// <summary>Everybody plays item after item in a ring, from a place of their own.</summary>
    public static InteractionLog Cycle(int users, int items, int length) =>
        Plays(users, length, (user, i, _) => (user * 7 + i) % items);

    /// <summary>
    /// Half of the plays follow the play before (item i leads to i + 1), half are drawn anew, all items equally often: only order tells anything.
    /// </summary>
    public static InteractionLog Chains(int users, int items, int length, int seed)
    {
        var random = new Random(seed);
        return Plays(users, length, (_, i, last) => i == 0 || random.Next(4) == 0 ? random.Next(items) : (last + 1) % items);
    }

    public static InteractionLog Plays(int users, int length, Func<int, int, int, int> next)
    {
        var builder = new InteractionLogBuilder();
        for (var user = 0; user < users; user++)
        {
            var item = 0;
            for (var i = 0; i < length; i++)
            {
                item = next(user, i, item);
                builder.Add(user, (uint)(100 + item), InteractionKind.Play, 250, 1_000_000 + i);
            }
        }
        return builder.Build();
    }

    /// <summary>Writes a log as a training set's folder.</summary>
    public static async Task WriteAsync(string folder, InteractionLog log)
    {
        await using var writer = await TrainingSetWriter.CreateAsync(folder, "default", TrainingSetSplit.None, DateTimeOffset.UnixEpoch, CancellationToken.None);
        for (var user = 0; user < log.UserCount; user++)
        {
            var rows = Enumerable.Range(log.UserStarts[user], log.UserStarts[user + 1] - log.UserStarts[user])
                .Select(i => new TrainingInteraction(log.ItemNumbers[log.Items[i]], (byte)log.Kinds[i], log.Strengths[i], log.TimesMs[i]));
            await writer.AddUserAsync(rows.ToArray(), CancellationToken.None);
        }
        foreach (var number in log.ItemNumbers)
            await writer.AddItemAsync(number, $"item-{number}", TrainingItemFacts.Unknown, CancellationToken.None);
        await writer.CompleteAsync(CancellationToken.None);
    }
}
