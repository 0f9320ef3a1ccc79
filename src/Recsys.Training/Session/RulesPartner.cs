using Recsys.Inference.Rules;
using Recsys.Training.Progress;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>
/// Item-to-item rules beside the network: which settings they have and how much they weigh is chosen on the held-out interactions, by what the network and they say together.
/// </summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">The training's.</param>
/// <param name="progress">Hears of it.</param>
internal sealed class RulesPartner(InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress)
{
    /// <summary>Floats that the held-out users' logits may take: fewer users are asked where there are many items.</summary>
    private const int MostLogits = 1 << 26;

    private const int LeastUsers = 100;

    /// <summary>Above this each fit in closed form takes a good part of a minute: one must do.</summary>
    private const int MostItemsToTry = 5_000;

    /// <summary>Chooses, and fits the rules to all interactions, or to what the network was trained on where that isn't trained on all.</summary>
    /// <param name="trained">The network.</param>
    /// <param name="validator">Ranks by it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The network with rules and the figures of both; as it was where they add nothing, or nothing is held out to tell by.</returns>
    public TrainedSession Join(TrainedSession trained, SessionValidator validator, CancellationToken cancellation)
    {
        var users = split.Users;
        var most = Math.Max(LeastUsers, MostLogits / log.ItemCount);
        if (users.Length > most)
        {
            users = [.. users];
            SeededRandom.Create(settings.Seed, stream: 5).Shuffle(users);
            users = [.. users.Take(most).Order()];
        }
        if (users.Length < LeastUsers)
            return trained;
        progress.Report(new TrainingProgress { Phase = "rules", Fraction = 1, Message = "item-to-item rules beside the network" });
        var cases = Array.ConvertAll(users, user => new BlendCase(Targets(user, split.TrainingEnds[user]), null, log.Items[split.TrainingEnds[user]]));
        var sequences = Sequences(split.TrainingEnds);
        var shape = RulesShape.Of(sequences, log.ItemCount);
        var candidates = log.ItemCount <= MostItemsToTry ? RulesPreset.Candidates(shape) : [RulesPreset.Choose(shape)];
        var (options, _, rules) = RulesSelection.Choose(sequences, null, log.ItemCount, candidates, cases, settings.MaskOwnItems, cancellation);
        var logits = validator.Logits(trained.Weights, users, cancellation);
        var chosen = RulesBlend.Choose(rules, cases, (index, to) => logits(index).CopyTo(to), [], settings.MaskOwnItems, cancellation);
        var (alone, joined) = (chosen.Points[0], chosen.Points.First(point => point.Weight == chosen.Weight));
        progress.Report(new TrainingProgress
        {
            Phase = "rules",
            Fraction = 1,
            Message = FormattableString.Invariant($"rules weigh {chosen.Weight}: NDCG@10 {joined.Ndcg:F4}, without {alone.Ndcg:F4} ({users.Length:N0} held-out users)"),
        });
        if (chosen.Weight == 0)
            return trained;
        var scores = validator.Validate(trained.Weights, timeKnown: false, cancellation, (user, to) => rules.Score(Targets(user, split.TrainingEnds[user]), [], to, chosen.Weight));
        var all = settings.Refit ? ItemRulesFit.Fit(Sequences(log.UserStarts[1..]), null, log.ItemCount, options, cancellation) : rules;
        return trained with { Rules = all, RulesWeight = chosen.Weight, Metrics = scores };
    }

    private List<int[]> Sequences(int[] ends) => [.. Enumerable.Range(0, log.UserCount).Select(user => Targets(user, ends[user]))];

    private int[] Targets(int user, int end)
    {
        var items = new List<int>(end - log.UserStarts[user]);
        for (var i = log.UserStarts[user]; i < end; i++)
            if (log.IsTarget(i))
                items.Add(log.Items[i]);
        return [.. items];
    }
}
