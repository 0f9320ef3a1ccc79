using System.Text.Json.Nodes;
using Grpc.Core;
using Recsys.V1;
using Spectre.Console;

namespace Recsys.Server.Commands;

/// <summary>Shows a training or an evaluation while it runs: a bar for people, JSON lines for programs.</summary>
internal static class ModelTraining
{
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
                            bar.Description = Markup.Escape(ProgressText.Of(title, progress, terminal.Profile.Width - ColumnsBesideText));
                        }
                    }

                    bar.Value = 1;
                    bar.Description = $"{title}: done";
                    return found;
                });
        }

        return result ?? throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, $"{title} ended without a result."));
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
