using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Steering;

namespace Recsys.Server.Preferences;

/// <summary>recsys.v1.PreferenceService.</summary>
internal sealed class PreferenceEndpoint(StreamContext streams) : V1.PreferenceService.PreferenceServiceBase
{
    private const int MaxBatch = 100;

    private PreferenceBook Book => streams.Engine.Preferences;

    public override async Task<V1.SetPreferencesResponse> SetPreferences(V1.SetPreferencesRequest request, ServerCallContext context)
    {
        var (violations, ns) = Begin(request.Namespace, request.UserId);
        var words = violations.Count("preferences", request.Preferences.Count, MaxBatch, min: 1) ? PreferenceMapping.Read(request.Preferences, violations) : [];
        violations.ThrowIfAny();
        return new V1.SetPreferencesResponse { PreferenceCount = await Book.SetAsync(ns, request.UserId, words, context.CancellationToken) };
    }

    public override async Task<V1.RetractPreferencesResponse> RetractPreferences(V1.RetractPreferencesRequest request, ServerCallContext context)
    {
        var (violations, ns) = Begin(request.Namespace, request.UserId);
        var subjects = violations.Count("subjects", request.Subjects.Count, MaxBatch, min: 1) ? PreferenceMapping.Read(request.Subjects, violations) : [];
        violations.ThrowIfAny();
        return new V1.RetractPreferencesResponse { RetractedCount = await Book.RetractAsync(ns, request.UserId, subjects, context.CancellationToken) };
    }

    public override async Task<V1.ListPreferencesResponse> ListPreferences(V1.ListPreferencesRequest request, ServerCallContext context)
    {
        var (violations, ns) = Begin(request.Namespace, request.UserId);
        violations.ThrowIfAny();
        return PreferenceMapping.Write(await Book.GetAsync(ns, request.UserId, context.CancellationToken));
    }

    public override async Task<V1.SetOnboardingPicksResponse> SetOnboardingPicks(V1.SetOnboardingPicksRequest request, ServerCallContext context)
    {
        var (violations, ns) = Begin(request.Namespace, request.UserId);
        var picks = request.OnboardingPicks ?? new V1.OnboardingPicks();
        if (request.OnboardingPicks is null) violations.Add("onboarding_picks", "is required");
        PreferenceMapping.Check(picks, violations.In("onboarding_picks"));
        violations.ThrowIfAny();
        await Book.SetPicksAsync(ns, request.UserId, [.. picks.ItemIds], [.. picks.Genres], [.. picks.Tags], context.CancellationToken);
        return new V1.SetOnboardingPicksResponse();
    }

    public override async Task<V1.ResetUserResponse> ResetUser(V1.ResetUserRequest request, ServerCallContext context)
    {
        var (violations, ns) = Begin(request.Namespace, request.UserId);
        violations.ThrowIfAny();
        return new V1.ResetUserResponse { EventId = await Book.ResetAsync(ns, request.UserId, context.CancellationToken) };
    }

    private static (FieldViolations Violations, string Namespace) Begin(string ns, string userId)
    {
        var violations = new FieldViolations();
        var result = violations.Namespace(ns);
        violations.Id("user_id", userId);
        return (violations, result);
    }
}
