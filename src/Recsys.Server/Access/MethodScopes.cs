using Recsys.Serving.Access;

namespace Recsys.Server.Access;

/// <summary>The scope that each method needs to be called at all. A method that isn't here can't be called; a test compares this with the contract.</summary>
internal static class MethodScopes
{
    private const string Package = "/recsys.v1.";

    private static readonly Dictionary<string, ApiScope> Scopes = new()
    {
        [Package + "EventService/WriteEvents"] = ApiScope.Ingest,
        [Package + "EventService/StreamEvents"] = ApiScope.Ingest,
        [Package + "EventService/UndoEvents"] = ApiScope.Ingest,
        [Package + "RecommendationService/Recommend"] = ApiScope.Read,
        [Package + "RecommendationService/StreamRecommendations"] = ApiScope.Read,
        [Package + "RecommendationService/WatchRecommendations"] = ApiScope.Read,
        [Package + "RecommendationService/ListSimilarItems"] = ApiScope.Read,
        [Package + "RecommendationService/ListTrendingItems"] = ApiScope.Read,
        [Package + "RecommendationService/RecommendShelves"] = ApiScope.Read,
        [Package + "CatalogService/UpsertItem"] = ApiScope.Ingest,
        [Package + "CatalogService/BatchUpsertItems"] = ApiScope.Ingest,
        [Package + "CatalogService/ImportItems"] = ApiScope.Ingest,
        [Package + "CatalogService/GetItem"] = ApiScope.Read,
        [Package + "CatalogService/ListItems"] = ApiScope.Read,
        [Package + "CatalogService/DeleteItem"] = ApiScope.Ingest,
        [Package + "UserService/GetUser"] = ApiScope.Read,
        [Package + "UserService/UpdateUser"] = ApiScope.Ingest,
        [Package + "UserService/ListUserEvents"] = ApiScope.Read,
        [Package + "UserService/LinkUsers"] = ApiScope.Ingest,
        [Package + "UserService/DeleteUser"] = ApiScope.Admin,
        [Package + "UserService/ExportUser"] = ApiScope.Admin,
        [Package + "UserService/ExportEvents"] = ApiScope.Admin,
        [Package + "PreferenceService/SetPreferences"] = ApiScope.Ingest,
        [Package + "PreferenceService/RetractPreferences"] = ApiScope.Ingest,
        [Package + "PreferenceService/ListPreferences"] = ApiScope.Read,
        [Package + "PreferenceService/SetOnboardingPicks"] = ApiScope.Ingest,
        [Package + "PreferenceService/ResetUser"] = ApiScope.Ingest,
        [Package + "ModelService/TrainModel"] = ApiScope.Admin,
        [Package + "ModelService/EvaluateModel"] = ApiScope.Admin,
        [Package + "ModelService/ListModels"] = ApiScope.Read,
        [Package + "ModelService/GetModel"] = ApiScope.Read,
        [Package + "ModelService/ActivateModel"] = ApiScope.Admin,
        [Package + "ModelService/RollBackModel"] = ApiScope.Admin,
        [Package + "PlacementService/GetPlacement"] = ApiScope.Read,
        [Package + "PlacementService/ListPlacements"] = ApiScope.Read,
        [Package + "PlacementService/PutPlacement"] = ApiScope.Admin,
        [Package + "PlacementService/DeletePlacement"] = ApiScope.Admin,
        [Package + "PlacementService/ListPlacementVersions"] = ApiScope.Read,
        [Package + "PlacementService/RollBackPlacement"] = ApiScope.Admin,
        [Package + "ExperimentService/GetExperiment"] = ApiScope.Read,
        [Package + "ExperimentService/ListExperiments"] = ApiScope.Read,
        [Package + "ExperimentService/PutExperiment"] = ApiScope.Admin,
        [Package + "ExperimentService/StopExperiment"] = ApiScope.Admin,
        [Package + "ExperimentService/DeleteExperiment"] = ApiScope.Admin,
        [Package + "ExperimentService/ReportExperiment"] = ApiScope.Admin,
        [Package + "ExperimentService/ExportExposures"] = ApiScope.Admin,
        [Package + "AccessService/CreateApiKey"] = ApiScope.Admin,
        [Package + "AccessService/ListApiKeys"] = ApiScope.Admin,
        [Package + "AccessService/RevokeApiKey"] = ApiScope.Admin,
    };

    public static IReadOnlyCollection<string> Methods => Scopes.Keys;

    public static bool TryGet(string method, out ApiScope scope) => Scopes.TryGetValue(method, out scope);
}
