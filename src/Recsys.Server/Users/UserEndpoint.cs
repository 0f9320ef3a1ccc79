using System.Globalization;
using Grpc.Core;
using Recsys.Server.Errors;
using Recsys.Server.Mapping;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Users;

namespace Recsys.Server.Users;

/// <summary>recsys.v1.UserService.</summary>
internal sealed class UserEndpoint(StreamContext streams) : V1.UserService.UserServiceBase
{
    private UserDirectory Users => streams.Engine.Users;

    public override async Task<V1.GetUserResponse> GetUser(V1.GetUserRequest request, ServerCallContext context)
    {
        var ns = ReadUser(request.Namespace, request.UserId);
        var summary = await Users.GetAsync(ns, request.UserId, context.CancellationToken);
        return new V1.GetUserResponse { User = UserMapping.Write(summary.Profile, summary.Etag), State = UserMapping.WriteState(summary) };
    }

    public override async Task<V1.UpdateUserResponse> UpdateUser(V1.UpdateUserRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        UserMapping.CheckMask(request.UpdateMask, violations);
        if (request.User is null) violations.Add("user", "is required");
        var given = UserMapping.Read(request.User ?? new V1.User(), violations.In("user"));
        violations.ThrowIfAny();
        var (profile, etag) = await Users.UpdateAsync(
            ns, given.UserId, request.User!.Etag, stored => UserMapping.Apply(request.UpdateMask, stored, given), context.CancellationToken);
        return new V1.UpdateUserResponse { User = UserMapping.Write(profile, etag) };
    }

    public override async Task<V1.ListUserEventsResponse> ListUserEvents(V1.ListUserEventsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("user_id", request.UserId);
        var pageSize = violations.ListingPageSize(request.PageSize);
        var listing = $"user-events/{ns}/{request.UserId}";
        var before = long.MaxValue;
        if (PageTokens.Read(request.PageToken, listing, violations) is { } last && !long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            violations.Add("page_token", "is no token of this listing");
        violations.ThrowIfAny();

        // One more than the page tells whether there's a next one.
        var events = await Users.ListEventsAsync(ns, request.UserId, before, pageSize + 1, context.CancellationToken);
        var response = new V1.ListUserEventsResponse();
        response.Events.AddRange(events.Take(pageSize).Select(EventMapping.Write));
        if (events.Count > pageSize)
            response.NextPageToken = PageTokens.Write(listing, events[pageSize - 1].Sequence.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    public override async Task<V1.LinkUsersResponse> LinkUsers(V1.LinkUsersRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        violations.Id("anonymous_user_id", request.AnonymousUserId);
        if (violations.Id("known_user_id", request.KnownUserId) && request.KnownUserId == request.AnonymousUserId)
            violations.Add("known_user_id", "must be another user than anonymous_user_id");
        violations.ThrowIfAny();
        var moved = await Users.LinkAsync(ns, request.AnonymousUserId, request.KnownUserId, context.CancellationToken);
        return new V1.LinkUsersResponse { MovedEventCount = moved };
    }

    public override async Task<V1.DeleteUserResponse> DeleteUser(V1.DeleteUserRequest request, ServerCallContext context)
    {
        var ns = ReadUser(request.Namespace, request.UserId);
        await Users.DeleteAsync(ns, request.UserId, context.CancellationToken);
        return new V1.DeleteUserResponse();
    }

    public override async Task ExportUser(V1.ExportUserRequest request, IServerStreamWriter<V1.ExportUserResponse> responseStream, ServerCallContext context)
    {
        var ns = ReadUser(request.Namespace, request.UserId);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var (kind, json) in Users.ExportAsync(ns, request.UserId, either.Token))
            await responseStream.WriteAsync(new V1.ExportUserResponse { Kind = kind, Json = json }, either.Token);
    }

    public override async Task ExportEvents(
        V1.ExportEventsRequest request, IServerStreamWriter<V1.ExportEventsResponse> responseStream, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var ns = violations.Namespace(request.Namespace);
        var (fromMs, toMs) = (violations.Time("from_time", request.FromTime), violations.Time("to_time", request.ToTime));
        if (fromMs >= toMs) violations.Add("to_time", "must be after from_time");
        violations.ThrowIfAny();
        var filter = new EventExportFilter(fromMs ?? long.MinValue, toMs ?? long.MaxValue, request.IncludeExposures, request.IncludeUndone);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, streams.Stopping);
        await foreach (var batch in Users.ExportEventsAsync(ns, filter, either.Token))
        {
            var response = new V1.ExportEventsResponse();
            response.Events.AddRange(batch.Select(EventMapping.Write));
            await responseStream.WriteAsync(response, either.Token);
        }
    }

    private static string ReadUser(string ns, string userId)
    {
        var violations = new FieldViolations();
        var result = violations.Namespace(ns);
        violations.Id("user_id", userId);
        violations.ThrowIfAny();
        return result;
    }
}
