using System.Text.Json;
using Recsys.Inference.Artefacts;
using Recsys.Training.Progress;
using Recsys.Training.Ranker;
using Recsys.Training.Windows;

namespace Recsys.Training.Session;

/// <summary>A whole training: with some interactions held out to see how good it gets and after how many epochs, then, where that is wanted, once more on all of them.</summary>
/// <param name="log">The data.</param>
/// <param name="split">What is held out.</param>
/// <param name="settings">Settings.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="time">Measures it.</param>
/// <param name="warnings">Hears of what doesn't end it.</param>
/// <param name="start">The model whose weights it begins from, of the same sizes; null: from nothing.</param>
/// <param name="rival">The model to compare with; null: none.</param>
internal sealed class SessionTraining(
    InteractionLog log, ValidationSplit split, TrainingSettings settings, IProgress<TrainingProgress> progress, TimeProvider time, TextWriter warnings,
    EarlierModel? start = null, EarlierModel? rival = null)
{
    /// <summary>Between the seeds of networks that are averaged: those of one training aren't those of another one's with the next seed.</summary>
    private const long SeedsApart = 1_000_003;

    /// <summary>Trains.</summary>
    /// <param name="checkpoint">The file that is kept to go on from; null: none.</param>
    /// <param name="resume">Go on from that file where there is one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TrainingException">The loss is no longer a number, or the checkpoint is of another training.</exception>
    public TrainedSession Run(string? checkpoint, bool resume, CancellationToken cancellation)
    {
        var refits = settings.Refit && split.Users.Length > 0;
        var first = refits ? new PassProgress(progress, 0, 2) : progress;
        var members = TrainMembers(split, settings, null, checkpoint, resume, first, cancellation);
        var seen = settings.MaskOwnItems ? OwnItems.Of(log, split.TrainingEnds) : null;
        var validator = new SessionValidator(log, split, settings, seen);
        var validated = Joined(members, validator, first, cancellation);
        var partners = new PartnersJoin(log, split, settings, first);
        if (settings.Rules || settings.Neighbours)
            validated = partners.Join(validated, validator, cancellation);
        if (settings.Sources)
            validated = new SourcesJoin(log, split, settings, first).Join(validated, validator, cancellation);
        validated = partners.Refit(validated, cancellation);
        if (rival is not null)
            validated = validated with { Comparison = ModelContest.Hold(log, split, settings, seen, validated.Weights, rival, cancellation) };
        validated = validated with { IsContinued = start is not null, Warnings = Yardstick.Warnings(log, split, seen, validated.Metrics, cancellation) };
        if (!refits)
            return validated;
        progress.Report(new TrainingProgress { Phase = "train", Fraction = 0.5, EpochCount = validated.Epoch, Message = $"again on all interactions, {validated.Epoch} epochs" });
        var refitted = TrainMembers(
            ValidationSplit.Nothing(log), settings, [.. members.Select(member => member.Epoch)], checkpoint is null ? null : RefitOf(checkpoint), resume,
            new PassProgress(progress, 1, 2), cancellation);
        return validated with
        {
            Weights = AveragedNetworks.Join([.. refitted.Select(member => member.Weights)], settings.Network, log.ItemCount),
            Duration = refitted.Aggregate(validated.Duration, (sum, member) => sum + member.Duration),
        };
    }

    /// <summary>Removes what was kept to go on from, once the training's outcome is written.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be removed.</exception>
    public static void Forget(string checkpoint)
    {
        for (var member = 0; member < SessionSettings.MaxMembers; member++)
        {
            foreach (var file in new[] { MemberOf(checkpoint, member), MemberOf(RefitOf(checkpoint), member) }.Where(File.Exists))
                File.Delete(file);
        }
    }

    private static string RefitOf(string checkpoint) => checkpoint + ".refit";

    private static string MemberOf(string checkpoint, int member) => member == 0 ? checkpoint : $"{checkpoint}.{member + 1}";

    /// <summary>Trains the network, or one after the other those whose logits are averaged.</summary>
    private List<TrainedSession> TrainMembers(
        ValidationSplit held, TrainingSettings how, int[]? epochs, string? path, bool resume, IProgress<TrainingProgress> heard, CancellationToken cancellation)
    {
        var members = new List<TrainedSession>();
        var count = how.Network.Members;
        for (var member = 0; member < count; member++)
        {
            var one = how with
            {
                Network = how.Network with { Members = 1 },
                Seed = how.Seed + (member * SeedsApart),
                EpochsToRun = epochs?[member] ?? how.EpochsToRun,
            };
            if (count > 1)
                heard.Report(new TrainingProgress { Phase = "train", Fraction = (double)member / count, EpochCount = one.Epochs, Message = $"network {member + 1} of {count}, seed {one.Seed}" });
            var which = member;
            Action<SessionWeights>? begin = start is null ? null : fresh => start.Begin(which, fresh, log);
            var file = path is null ? null : new CheckpointFile(MemberOf(path, member), Purpose(held, one));
            // The first network's says whether it is this training that goes on. Others may be left from an earlier one that was never ended.
            var from = resume ? file?.Read(ofAnotherIsNone: member > 0 || epochs is not null) : null;
            members.Add(Train(held, one, file, from, new PassProgress(heard, member, count), begin, cancellation));
        }
        return members;
    }

    private TrainedSession Joined(List<TrainedSession> members, SessionValidator validator, IProgress<TrainingProgress> heard, CancellationToken cancellation)
    {
        if (members.Count == 1)
            return members[0];
        var weights = AveragedNetworks.Join([.. members.Select(member => member.Weights)], settings.Network, log.ItemCount);
        var known = validator.UserCount > 0;
        var scores = known ? validator.Validate(weights, timeKnown: false, cancellation) : [];
        if (scores.FirstOrDefault(score => score.K == SessionValidator.DecisiveK) is { } joined)
        {
            var alone = members.Average(member => member.Metrics.First(score => score.K == SessionValidator.DecisiveK).Ndcg);
            heard.Report(new TrainingProgress
            {
                Phase = "validate",
                Fraction = 1,
                ValidationMetrics = scores,
                Message = FormattableString.Invariant($"{members.Count} networks averaged: NDCG@10 {joined.Ndcg:F4}, each alone {alone:F4} in the mean"),
            });
        }
        return new TrainedSession(
            weights, members.Max(member => member.Epoch), scores, known && settings.Network.TimeGaps ? validator.Validate(weights, timeKnown: true, cancellation) : null,
            [.. members.SelectMany(member => member.StepLosses)], members.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.Duration));
    }

    private TrainedSession Train(ValidationSplit held, TrainingSettings how, CheckpointFile? file, Checkpoint? from, IProgress<TrainingProgress> heard, Action<SessionWeights>? begin,
        CancellationToken cancellation)
    {
        if (from is not null)
            heard.Report(new TrainingProgress { Phase = "train", Epoch = from.Epoch, EpochCount = how.Epochs, Message = $"going on after epoch {from.Epoch} of {file!.Path}" });
        using var trainer = new SessionTrainer(log, held, how, heard, time, file, warnings, begin);
        return trainer.Train(from, cancellation);
    }

    /// <summary>Everything that a checkpoint depends on, a line each: not what is fitted beside the network afterwards.</summary>
    private string Purpose(ValidationSplit held, TrainingSettings how)
    {
        var lines = JsonSerializer.SerializeToElement(how, SettingsJson.Default.TrainingSettings).EnumerateObject()
            .Where(setting => setting.Name is not ("sources" or "trending_half_life_hours")).Select(setting => $"{setting.Name} {setting.Value.GetRawText()}");
        return string.Join('\n', [.. lines, .. start is null ? (string[])[] : [$"start {start.Fingerprint}"], $"data {log.Fingerprint(held.TrainingEnds)}"]);
    }
}
