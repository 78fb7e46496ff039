# %% top
from google.colab import drive, files
drive.mount("/content/drive")
%cd /content/drive/MyDrive/lab09
!ls
# %%
def predict(model, image_file):
    p = model(process_input(image_file)).detach()[0].softmax(0)
    return [(classes[k], k, p[k].item()) for k in p.topk(5).indices.tolist()]
