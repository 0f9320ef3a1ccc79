using System.Text.Json.Nodes;
using Grpc.Core;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Shows a training or an evaluation while it runs: a bar for people, JSON lines for programs.</summary>
internal static class ModelTraining
{
    private const string TuningPhase = "tune";
    private const int BarWidth = 16;

    // The bar, the percentage, the time and what is between them: a longer text would wrap, and the bar with it.
    private const int ColumnsBesideText = BarWidth + 18;

    /// <summary>Runs a training to its end and returns the model.</summary>
    public static async Task<Model> TrainAsync(
        ServerConnection server, TrainModelRequest request, IAnsiConsole terminal, bool json, CancellationToken cancellationToken)
    {
        using var call = server.Models.TrainModel(request, cancellationToken: cancellationToken);
        return await FollowAsync(call.ResponseStream.ReadAllAsync(cancellationToken), m => m.Progress, m => m.Model, "Training", terminal, json);
    }

    /// <summary>Runs an evaluation to its end and returns the report.</summary>
    public static async Task<EvaluationReport> EvaluateAsync(
        ServerConnection server, EvaluateModelRequest request, IAnsiConsole terminal, bool json, CancellationToken cancellationToken)
    {
        using var call = server.Models.EvaluateModel(request, cancellationToken: cancellationToken);
        return await EvaluateAsync(call.ResponseStream.ReadAllAsync(cancellationToken), terminal, json);
    }

    /// <summary>Follows an evaluation to its end and returns the report.</summary>
    public static Task<EvaluationReport> EvaluateAsync(IAsyncEnumerable<EvaluateModelResponse> updates, IAnsiConsole terminal, bool json) =>
        FollowAsync(updates, m => m.Progress, m => m.Report, "Evaluating", terminal, json);

    /// <summary>Follows a job to its end and returns what came out.</summary>
    /// <param name="updates">Its reports, then its result.</param>
    /// <param name="title">What to call it.</param>
    /// <param name="terminal">Where to show it.</param>
    /// <param name="json">Print lines for programs instead.</param>
    public static Task<TResult> FollowAsync<TResult>(
        IAsyncEnumerable<(Serving.Models.TrainingProgress? Progress, TResult? Result)> updates, string title, IAnsiConsole terminal, bool json)
        where TResult : class =>
        FollowAsync(updates, update => update.Progress is { } progress ? Mapping.ModelMapping.Write(progress) : null, update => update.Result, title, terminal, json);

    private static async Task<TResult> FollowAsync<TMessage, TResult>(
        IAsyncEnumerable<TMessage> updates, Func<TMessage, TrainProgress?> progressOf, Func<TMessage, TResult?> resultOf, string title,
        IAnsiConsole terminal, bool json)
        where TResult : class
    {
        TResult? result = null;
        if (json)
        {
            await foreach (var update in updates)
            {
                result ??= resultOf(update);
                if (progressOf(update) is { } progress)
                {
                    Console.WriteLine(new JsonObject { ["progress"] = Plain(progress) }.ToJsonString());
                }
            }
        }
        else
        {
            result = await terminal.Progress().HideCompleted(false).AutoClear(false)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), new ElapsedTimeColumn())
                .StartAsync(async context =>
                {
                    TResult? found = null;
                    var bar = context.AddTask(title, maxValue: 1);
                    await foreach (var update in updates)
                    {
                        found ??= resultOf(update);
                        if (progressOf(update) is { } progress)
                        {
                            bar.Value = progress.Fraction;
                            var line = $"{title}: {Line(progress)}";
                            bar.Description = Markup.Escape(line[..Math.Min(line.Length, Math.Max(title.Length, terminal.Profile.Width - ColumnsBesideText))]);
                        }
                    }

                    bar.Value = 1;
                    bar.Description = $"{title}: done";
                    return found;
                });
        }

        return result ?? throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, $"{title} ended without a result."));
    }

    private static string Line(TrainProgress progress)
    {
        if (progress.Phase == TuningPhase)
            return progress.Message + (progress.RemainingTime is { } left ? $", {left.ToTimeSpan().TotalMinutes:F0} min to go" : "");
        var parts = new List<string> { progress.Phase };
        if (progress.EpochCount > 0)
        {
            parts.Add($"epoch {progress.Epoch}/{progress.EpochCount}");
        }

        if (progress.Loss > 0)
        {
            parts.Add($"loss {progress.Loss:F3}");
        }

        if (progress.EventsPerSecond > 0)
        {
            parts.Add($"{progress.EventsPerSecond:N0} events/s");
        }

        if (progress.ValidationMetrics.FirstOrDefault(m => m.K == 10) is { } metrics)
        {
            parts.Add($"valid NDCG@10 {metrics.Ndcg:F4}");
        }

        if (progress.RemainingTime is { } remaining)
        {
            parts.Add($"{remaining.ToTimeSpan().TotalSeconds:F0} s to go");
        }

        if (progress.EpochCount == 0 && progress.Message.Length > 0)
        {
            parts.Add(progress.Message.StartsWith(progress.Phase + ": ", StringComparison.Ordinal) ? progress.Message[(progress.Phase.Length + 2)..] : progress.Message);
        }

        return string.Join(", ", parts);
    }

    private static JsonObject Plain(TrainProgress progress) => new()
    {
        ["phase"] = progress.Phase,
        ["epoch"] = progress.Epoch,
        ["epoch_count"] = progress.EpochCount,
        ["fraction"] = progress.Fraction,
        ["loss"] = progress.Loss,
        ["events_per_second"] = progress.EventsPerSecond,
        ["remaining_seconds"] = progress.RemainingTime?.ToTimeSpan().TotalSeconds,
        ["validation_ndcg_at_10"] = progress.ValidationMetrics.FirstOrDefault(m => m.K == 10)?.Ndcg,
        ["message"] = progress.Message,
    };
}
